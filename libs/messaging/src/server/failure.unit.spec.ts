import { describe, expect, it } from '@jest/globals';
import { CatalogueSyncError } from '@catalogue-sync/contracts';
import { PoisonMessage } from '../message/poison-message.js';
import { describeFailure, isTransient, poisonReason } from './failure.js';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

describe('isTransient', () => {
  it.each<[string, unknown]>([
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a database that shuts down', withCode('57P01')],
    ['a serialization failure', withCode('40001')],
    ['too many connections', withCode('53300')],
    ['a broken connection', withCode('08006')],
    ['a lock that is not available', withCode('55P03')],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['a pool without a connection', new Error('timeout exceeded when trying to connect')],
    ['a service that is away', new CatalogueSyncError('service-unavailable', 'away')],
    ['a lost lease', new CatalogueSyncError('lease-lost', 'lost')],
    ['a cause of a cause', new Error('outer', { cause: new Error('inner', { cause: withCode('57P03') }) })],
  ])('says yes to %s', (_name, error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a bug', new TypeError('x is not a function')],
    ['a unique violation', withCode('23505')],
    ['a malformed value', withCode('22P02')],
    ['a syntax error', withCode('42601')],
    ['an internal error', new CatalogueSyncError('internal', 'x')],
    ['poison', new PoisonMessage('x')],
    ['nothing', undefined],
    ['a text', 'text'],
  ])('says no to %s', (_name, error) => {
    expect(isTransient(error)).toBe(false);
  });

  it('ends on causes that go in a circle', () => {
    const error: Error & { cause?: unknown } = new Error('circle');
    error.cause = error;
    expect(isTransient(error)).toBe(false);
  });
});

describe('poisonReason', () => {
  it('knows the exception and what Nest makes of it', () => {
    expect(poisonReason(new PoisonMessage('why'))).toBe('why');
    expect(poisonReason(new PoisonMessage('why').getError())).toBe('why');
    expect(poisonReason({ status: 'error', message: 'Internal server error' })).toBeUndefined();
    expect(poisonReason(new Error('other'))).toBeUndefined();
  });
});

describe('describeFailure', () => {
  it('is one short line without secrets of URLs', () => {
    const error = Object.assign(
      new Error(`at postgres://u:hush@h/db and http://x/y?password=hush\nsecond\n${'z'.repeat(999)}`),
      {
        code: 'E1',
      },
    );
    expect(describeFailure(error)).toBe('Error E1: at postgres://h/db and http://x/y');
    expect(describeFailure(new Error('z'.repeat(999))).length).toBeLessThan(320);
    expect(describeFailure(undefined)).toBe('undefined');
  });
});
