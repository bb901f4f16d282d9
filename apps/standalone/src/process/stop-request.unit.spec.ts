import { describe, expect, it } from '@jest/globals';
import { StopRequest } from './stop-request.js';

describe('StopRequest', () => {
  const make = () => {
    let forced = 0;
    const stop = new StopRequest(() => (forced += 1));
    return { stop, forced: () => forced };
  };

  it('takes signals in quick succession for one Ctrl-C', async () => {
    const { stop, forced } = make();
    stop.request('SIGINT', 1000);
    stop.request('SIGINT', 1001);
    stop.request('SIGTERM', 2900);
    expect(await stop.requested).toBe('SIGINT');
    expect(stop.signal.aborted).toBe(true);
    expect(forced()).toBe(0);
  });

  it('forces on one that comes later', () => {
    const { stop, forced } = make();
    stop.request('SIGINT', 1000);
    stop.request('SIGINT', 3000);
    expect(forced()).toBe(1);
  });
});
