import { describe, expect, it } from '@jest/globals';
import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('gives the first answer that is something', async () => {
    const answers = [undefined, null, false, 0, '', 3];
    expect(await waitFor(() => answers.shift(), { everyMs: 1 })).toBe(3);
  });

  it('takes an error for "not yet"', async () => {
    let calls = 0;
    const answer = await waitFor(
      () => {
        calls += 1;
        if (calls < 3) throw new Error('not yet');
        return 'there';
      },
      { everyMs: 1 },
    );
    expect(answer).toBe('there');
  });

  it('says what it waited for, and the last error', async () => {
    const failing = waitFor(() => Promise.reject(new Error('still closed')), {
      timeoutMs: 30,
      everyMs: 5,
      what: 'the door',
    });
    await expect(failing).rejects.toThrow('Waited 30 ms for the door, in vain (last: still closed).');
  });
});
