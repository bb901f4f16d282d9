import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SOURCE_NODE_ARGS } from '@catalogue-sync/testing';
import { faultPoint, InjectedFault, parseFaultPoints } from './fault-point.js';

afterEach(() => {
  delete process.env.FAULT_POINTS;
});

describe('faultPoint', () => {
  it('is inert without the environment, and where another point is named', async () => {
    await expect(faultPoint('a')).resolves.toBeUndefined();
    process.env.FAULT_POINTS = 'b=throw';
    await expect(faultPoint('a')).resolves.toBeUndefined();
  });

  it('throws on every pass, or on the nth alone', async () => {
    process.env.FAULT_POINTS = 'a=throw, b=throw@2';
    await expect(faultPoint('a')).rejects.toBeInstanceOf(InjectedFault);
    await expect(faultPoint('a')).rejects.toBeInstanceOf(InjectedFault);
    await faultPoint('b');
    await expect(faultPoint('b')).rejects.toThrow('Fault point b');
    await faultPoint('b');
  });

  it('counts from the beginning when the environment changes', async () => {
    process.env.FAULT_POINTS = 'b=throw@1';
    await expect(faultPoint('b')).rejects.toBeInstanceOf(InjectedFault);
    process.env.FAULT_POINTS = 'b=throw@1,c=throw';
    await expect(faultPoint('b')).rejects.toBeInstanceOf(InjectedFault);
  });

  it('waits as long as it is told', async () => {
    process.env.FAULT_POINTS = 'a=delay:60';
    const before = performance.now();
    await faultPoint('a');
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });

  it('kills the process without running anything behind it', () => {
    const script = `
      import { faultPoint } from ${JSON.stringify(new URL('./fault-point.ts', import.meta.url).href)};
      await faultPoint('a');
      console.log('first');
      await faultPoint('a');
      console.log('second');`;
    const { signal, stdout } = spawnSync(
      process.execPath,
      [...SOURCE_NODE_ARGS, '--input-type=module', '-e', script],
      { env: { ...process.env, NODE_OPTIONS: '', FAULT_POINTS: 'a=kill@2' }, encoding: 'utf8' },
    );
    expect(signal).toBe('SIGKILL');
    expect(stdout).toBe('first\n');
  });
});

describe('parseFaultPoints', () => {
  it('names what it cannot read', () => {
    for (const setting of ['a', 'a=explode', 'a=delay', 'a=kill@x', '=kill']) {
      expect(() => parseFaultPoints(setting)).toThrow(setting);
    }
    expect([...parseFaultPoints('a=delay:5@3,,b=stop').keys()]).toEqual(['a', 'b']);
  });
});
