import { expect, it } from '@jest/globals';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import {
  fetchScope,
  never,
  SECRETS,
  type ContractSubject,
  type ProviderStage,
} from './provider-stage.contract.js';

/** What a client gets over, what it gives up on, and how it is stopped. */
export function describeFailures(stage: ProviderStage, subject: ContractSubject): void {
  it.each([
    ['a 503', { type: 'status', code: 503 }],
    ['a 500', { type: 'status', code: 500 }],
    ['a 429 with Retry-After', { type: 'rate-limit', retryAfter: '1' }],
    ['a reset', { type: 'reset' }],
    ['silence', { type: 'timeout' }],
    ['a cut body', { type: 'cut', afterBytes: 300 }],
    ['an empty body', { type: 'empty' }],
  ])('gets over %s', async (_name, effect) => {
    await stage.client.open(never);
    await stage.simulator.clear(stage.name);
    await stage.fault(effect);
    const { end, items } = await fetchScope(stage.client, subject.longScope);
    expect(end.outcome).toBe('complete');
    expect(items.size).toBeGreaterThan(0);
  });

  it.each([
    ['a web page', { type: 'html' }, ERROR_CODE.providerRefused],
    ['a word', { type: 'text', body: 'Blocked' }, ERROR_CODE.providerRefused],
    ['403', { type: 'status', code: 403 }, ERROR_CODE.providerRefused],
    ['884', { type: 'status', code: 884 }, ERROR_CODE.providerRefused],
    ['nothing but 429', { type: 'rate-limit' }, ERROR_CODE.providerRateLimited],
    ['nothing but 502', { type: 'status', code: 502 }, ERROR_CODE.providerBadAnswer],
  ])('fails on %s with a code and no secret', async (_name, effect, code) => {
    await stage.client.open(never);
    await stage.fault(effect, 1_000);
    const failure: unknown = await fetchScope(stage.client, subject.longScope).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code });
    expect(String(failure) + JSON.stringify(failure)).not.toMatch(SECRETS);
  });

  it('cancels at once, down to the socket', async () => {
    await stage.client.open(never);
    await stage.client.close();
    stage.client = stage.makeClient({ idleTimeoutMs: 60_000 });
    await stage.client.open(never);
    await stage.simulator.clear(stage.name);
    await stage.fault({ type: 'timeout' }, 1_000);
    const abort = new AbortController();
    const fetched = fetchScope(stage.client, subject.longScope, { signal: abort.signal }).catch(
      (error: unknown) => error,
    );
    await waitFor(async () => (await stage.simulator.ledger(stage.name)).parallelNow > 0, {
      what: 'the request that hangs',
    });
    abort.abort();
    expect(await fetched).toMatchObject({ code: ERROR_CODE.cancelled });
    await waitFor(async () => (await stage.simulator.ledger(stage.name)).parallelNow === 0, {
      what: 'the socket to close',
    });
  });
}
