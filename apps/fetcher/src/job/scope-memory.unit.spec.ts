import { describe, expect, it } from '@jest/globals';
import type { ReconciledScope } from '@catalogue-sync/contracts';
import { learn, type RememberedScope } from './scope-memory.store.js';
import type { ScopeRun } from './scope-run.entity.js';

const before: RememberedScope = {
  memory: { key: 'k', frontier: 100, digest: 'old', etag: '"old"', lastModified: 'then', totalExcess: 2 },
  fullAt: new Date('2026-11-01T00:00:00Z'),
  listed: 1000,
};
const run = (fields: Partial<ScopeRun> = {}): ScopeRun =>
  ({
    scope: 'vod',
    memory: { key: 'k', frontier: 200, digest: 'new', totalExcess: 2 },
    declaredTotal: null,
    ...fields,
  }) as ScopeRun;
const scope = (fields: Partial<ReconciledScope> = {}): ReconciledScope => ({
  scope: 'vod',
  mode: 'full',
  outcome: 'complete',
  added: 0,
  pendingRemovals: 0,
  heldRemovals: 0,
  ...fields,
});

describe('what a run teaches about its scope', () => {
  it('keeps what a complete and settled run left behind', () => {
    const after = learn(before, run({ declaredTotal: 1012 }), scope());
    expect(after.memory).toEqual({ key: 'k', frontier: 200, digest: 'new', totalExcess: 2 });
    expect(after.fullAt?.getTime()).toBeGreaterThan(before.fullAt?.getTime() ?? 0);
    expect(after.listed).toBe(1010);
  });

  it.each(['incomplete', 'failed', 'cancelled'] as const)(
    'believes no digest after a run that was %s, and moves no frontier',
    (outcome) => {
      const after = learn(before, run(), scope({ outcome }));
      expect(after).toEqual({ ...before, memory: { key: 'k', frontier: 100, totalExcess: 2 } });
    },
  );

  it('leaves everything as it is after a run that found nothing modified', () => {
    expect(learn(before, run({ memory: null }), scope({ outcome: 'not-modified' }))).toEqual(before);
  });

  it('learns from a drifted run how its portal counts, and believes no digest after it', () => {
    const memory = { key: 'k', frontier: 100, totalExcess: 7, digest: 'new' };
    const after = learn(before, run({ memory }), scope({ outcome: 'drifted' }));
    expect(after).toEqual({ ...before, memory: { key: 'k', frontier: 100, totalExcess: 7 } });
  });

  it('believes no digest after a complete run that left nothing behind', () => {
    const { memory } = learn(before, run({ memory: null }), scope());
    expect(memory).toEqual({ key: 'k', frontier: 100, totalExcess: 2 });
  });

  it.each([{ pendingRemovals: 3 }, { heldRemovals: 60 }])(
    'believes no digest while absences are in doubt: %j',
    (doubt) => {
      const { memory } = learn(before, run(), scope(doubt));
      expect(memory).toEqual({ key: 'k', frontier: 200, totalExcess: 2 });
    },
  );

  it('wants the next full read early while absences await confirmation, until one has settled them', () => {
    const pending = learn(before, run(), scope({ pendingRemovals: 3 }));
    expect(pending.fullWanted).toBe('3 absent item(s) await confirmation by another full read');
    expect(learn(pending, run(), scope({ mode: 'head' })).fullWanted).toBe(pending.fullWanted);
    expect(learn(pending, run(), scope())).not.toHaveProperty('fullWanted');
  });

  it.each([
    [1012, 10, undefined],
    [1011, 10, 'the provider counts 1 item(s) fewer than are known'],
    [1015, 10, 'the provider counts 3 item(s) more than are known'],
    [null, 10, undefined],
  ])('after a newest-first run: %s declared, %i added: %s', (declaredTotal, added, expected) => {
    const after = learn(before, run({ declaredTotal }), scope({ mode: 'head', added }));
    expect(after.listed).toBe(1010);
    expect(after.fullWanted).toBe(expected);
    expect(after.fullAt).toBe(before.fullAt);
  });
});
