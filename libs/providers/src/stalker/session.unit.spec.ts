import { describe, expect, it } from '@jest/globals';
import { cancelledError } from '../http/request-failure.js';
import { holdSession, releaseSession, StalkerSession } from './session.js';

const never = new AbortController().signal;

/** Log-ins that end when the test says so. */
class LogIns {
  readonly pending: { succeed: (token: string) => void; fail: (error: Error) => void }[] = [];
  readonly logIn = (signal: AbortSignal): Promise<string> =>
    new Promise((succeed, fail) => {
      this.pending.push({ succeed, fail });
      signal.addEventListener('abort', () => fail(cancelledError()));
    });
}

describe('StalkerSession', () => {
  it('logs in once for all who ask at the same time', async () => {
    const session = new StalkerSession();
    const logIns = new LogIns();
    const asked = [1, 2, 3].map(() => session.current(logIns.logIn, never));
    logIns.pending[0]?.succeed('A');
    expect(await Promise.all(asked)).toEqual(['A', 'A', 'A']);
    expect(await session.current(logIns.logIn, never)).toBe('A');
    expect(logIns.pending).toHaveLength(1);
  });

  it('does not log in again for who notices late that the old token is lost', async () => {
    const session = new StalkerSession();
    const logIns = new LogIns();
    const first = session.current(logIns.logIn, never);
    logIns.pending[0]?.succeed('A');
    await first;
    const early = session.replace('A', logIns.logIn, never);
    logIns.pending[1]?.succeed('B');
    expect(await early).toBe('B');
    expect(await session.replace('A', logIns.logIn, never)).toBe('B');
    expect(logIns.pending).toHaveLength(2);
  });

  it('tries again after a failed log-in, when asked again', async () => {
    const session = new StalkerSession();
    const logIns = new LogIns();
    const failing = session.current(logIns.logIn, never);
    logIns.pending[0]?.fail(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    const next = session.current(logIns.logIn, never);
    logIns.pending[1]?.succeed('B');
    expect(await next).toBe('B');
  });

  it('lets the others log in when who had begun to gives up', async () => {
    const session = new StalkerSession();
    const logIns = new LogIns();
    const impatient = new AbortController();
    const first = session.current(logIns.logIn, impatient.signal);
    const second = session.current(logIns.logIn, never);
    impatient.abort();
    await expect(first).rejects.toBeDefined();
    await new Promise((resolve) => setImmediate(resolve));
    logIns.pending[1]?.succeed('B');
    expect(await second).toBe('B');
  });

  it('is shared by its key, until the last holder gives it back', () => {
    const one = holdSession('key');
    expect(holdSession('key')).toBe(one);
    expect(holdSession('other')).not.toBe(one);
    releaseSession('key');
    expect(holdSession('key')).toBe(one);
    releaseSession('key');
    releaseSession('key');
    expect(holdSession('key')).not.toBe(one);
    releaseSession('key');
    releaseSession('other');
  });
});
