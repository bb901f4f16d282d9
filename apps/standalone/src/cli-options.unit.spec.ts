import { describe, expect, it } from '@jest/globals';
import { HELP, parseCommandLine } from './cli-options.js';

const parse = (...args: string[]) => parseCommandLine(args, { project: '/srv', typedIn: '/typed' });

describe('the command line', () => {
  it('without arguments runs the whole demo on ./.data', () => {
    expect(parse()).toEqual({
      kind: 'run',
      options: {
        demo: true,
        dataDir: '/srv/.data',
        port: 3000,
        replicas: 1,
        json: false,
      },
    });
  });

  it('takes every option', () => {
    const given = parse(
      '--no-demo',
      '--port=0',
      '--data-dir',
      'x',
      '--replicas',
      '2',
      '--demo-size=500',
      '--json',
    );
    expect(given).toMatchObject({
      kind: 'run',
      options: { demo: false, port: 0, dataDir: '/typed/x', replicas: 2, demoSize: 500, json: true },
    });
  });

  it('has no data directory when nothing is to be kept', () => {
    const given = parse('--ephemeral');
    expect(given.kind === 'run' && 'dataDir' in given.options).toBe(false);
  });

  it.each([['--help'], ['-h']])('gives help on %s', (flag) => {
    expect(parse(flag)).toEqual({ kind: 'help' });
  });

  it('explains every option that it takes', () => {
    for (const name of ['no-demo', 'demo-size', 'port', 'data-dir', 'ephemeral', 'replicas', 'json', 'help'])
      expect(HELP).toContain(`--${name}`);
  });

  it.each([
    [['--nodemo'], /Unknown option '--nodemo'/],
    [['start'], /Unexpected argument 'start'/],
    [['--port', 'http'], /--port asks for a number from 0 to 65535/],
    [['--port', '70000'], /--port asks for a number/],
    [['--replicas', '0'], /--replicas asks for a number from 1 to 8/],
    [['--demo-size', '-5'], /--demo-size/],
    [['--data-dir='], /--data-dir asks for a folder/],
    [['--ephemeral', '--data-dir', 'x'], /give one of them/],
  ])('refuses %j', (args, message) => {
    const given = parse(...args);
    expect(given.kind).toBe('refused');
    expect(given.kind === 'refused' ? given.message : '').toMatch(message);
  });
});
