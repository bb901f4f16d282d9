import type { ScopeProgress } from '@catalogue-sync/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ScopeMeter } from './scope-meter.js';

const progress = (fields: Partial<ScopeProgress> = {}): ScopeProgress => ({
  scope: 'vod',
  mode: 'full',
  modeReason: '',
  state: 'fetching',
  attempt: 1,
  attempts: 3,
  pagesDone: 0,
  itemsFetched: 0,
  itemsReconciled: 0,
  ...fields,
});

describe('ScopeMeter', () => {
  it('counts what was reconciled, not what was fetched', () => {
    const meter = new ScopeMeter();
    const reading = meter.read(progress({ itemsFetched: 900, itemsReconciled: 250, itemsTotal: 1000 }), 0);
    expect(reading).toMatchObject({ items: 250, itemsTotal: 1000, fraction: 0.25 });
  });

  it('has no fraction while the total is unknown, and takes the fetched ones for it at the end of fetching', () => {
    const meter = new ScopeMeter();
    expect(meter.read(progress({ itemsReconciled: 250 }), 0).fraction).toBeUndefined();
    const fetched = progress({ state: 'fetched', itemsFetched: 500, itemsReconciled: 250 });
    expect(meter.read(fetched, 0).fraction).toBe(0.5);
  });

  it('measures the speed of the last seconds and what is left by it', () => {
    const meter = new ScopeMeter();
    meter.read(progress({ itemsReconciled: 1000, itemsTotal: 10_000 }), 0);
    const reading = meter.read(progress({ itemsReconciled: 3000, itemsTotal: 10_000 }), 2000);
    expect(reading).toMatchObject({ itemsPerSecond: 1000, secondsLeft: 7 });
  });

  it('begins anew with a new attempt', () => {
    const meter = new ScopeMeter();
    meter.read(progress({ itemsReconciled: 800, itemsTotal: 1000 }), 0);
    expect(meter.read(progress({ attempt: 2, itemsReconciled: 10, itemsTotal: 1000 }), 1).items).toBe(10);
  });

  it('never goes back within an attempt, and is whole only when the scope is through', () => {
    const step = fc.record({
      itemsFetched: fc.nat(5000),
      itemsReconciled: fc.nat(5000),
      state: fc.constantFrom('fetching' as const, 'fetched' as const),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (steps) => {
        const meter = new ScopeMeter();
        let before = 0;
        steps.forEach((fields, i) => {
          const reading = meter.read(progress({ ...fields, itemsTotal: 3000 }), i * 250);
          expect(reading.items).toBeGreaterThanOrEqual(before);
          expect(reading.fraction ?? 0).toBeLessThan(1);
          before = reading.items;
        });
        expect(meter.read(progress({ state: 'reconciled', itemsReconciled: 1 }), 0).fraction).toBe(1);
      }),
    );
  });
});
