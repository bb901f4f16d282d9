import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideRemovals, type KindAbsence, type RemovalInput } from './decide-removals.js';

const movies = (fields: Partial<KindAbsence> = {}): KindAbsence => ({
  kind: 'movie',
  known: 1000,
  absent: { confirmed: 10, unconfirmed: 0 },
  removedLast7Days: 0,
  ...fields,
});
const run = (fields: Partial<RemovalInput> = {}, ...kinds: KindAbsence[]): RemovalInput => ({
  mode: 'full',
  outcome: 'complete',
  malformedRows: 0,
  lastCompleteMalformedRows: 0,
  parkedPages: 0,
  removalConfirmations: 2,
  itemRows: 990,
  kinds: kinds.length === 0 ? [movies()] : kinds,
  ...fields,
});
const decide = (fields: Partial<RemovalInput> = {}, ...kinds: KindAbsence[]) => {
  const decision = decideRemovals(run(fields, ...kinds));
  const [first] = decision.kinds;
  if (first === undefined) throw new Error('no kind decided');
  return { ...first, countsAsCompleteRun: decision.countsAsCompleteRun, runReason: decision.reason };
};
const confirmed = (count: number, fields: Partial<KindAbsence> = {}) =>
  movies({ absent: { confirmed: count, unconfirmed: 0 }, ...fields });

describe('I6 removal is proved: the run', () => {
  it('removes what is confirmed after a complete run', () => {
    expect(decide()).toMatchObject({ action: 'remove', count: 10, pending: 0, countsAsCompleteRun: true });
  });

  it.each(['incomplete', 'drifted', 'failed', 'cancelled'] as const)(
    'removes nothing after a run that was %s',
    (outcome) => {
      expect(decide({ outcome })).toMatchObject({ action: 'none', count: 0, countsAsCompleteRun: false });
      expect(decide({ outcome, reason: 'page 7 answered 502' }).runReason).toBe('page 7 answered 502');
      expect(decide({ outcome }).runReason).toBeTruthy();
    },
  );

  it('removes nothing while a page is parked', () => {
    const decision = decide({ parkedPages: 1 });
    expect(decision).toMatchObject({ action: 'none', countsAsCompleteRun: false });
    expect(decision.runReason).toBe('1 page could not be handled and is parked');
  });

  it('removes nothing with more unreadable rows than in the last complete run, and goes ahead with as many', () => {
    expect(decide({ malformedRows: 3, lastCompleteMalformedRows: 3 })).toMatchObject({ action: 'remove' });
    expect(decide({ malformedRows: 2, lastCompleteMalformedRows: 3 })).toMatchObject({ action: 'remove' });
    const decision = decide({ malformedRows: 4, lastCompleteMalformedRows: 3 });
    expect(decision).toMatchObject({ action: 'none', countsAsCompleteRun: false });
    expect(decision.runReason).toContain('4 rows could not be read, 3 in the last complete run');
  });

  it('learns the unreadable rows of a first complete run as the habit, but removes nothing in it', () => {
    const first = { malformedRows: 2, lastCompleteMalformedRows: undefined };
    expect(decide(first)).toMatchObject({ action: 'pending', count: 10, countsAsCompleteRun: true });
    expect(decide({ ...first, malformedRows: 0 })).toMatchObject({ action: 'remove' });
  });

  it('says nothing about what a run of the newest rows did not list', () => {
    expect(decideRemovals(run({ mode: 'head' }))).toEqual({ countsAsCompleteRun: false, kinds: [] });
    expect(decideRemovals(run({ mode: 'head', outcome: 'failed' })).kinds[0]).toMatchObject({
      action: 'none',
    });
  });

  it('takes a not-modified run for a confirmation', () => {
    const decision = decide({ outcome: 'not-modified', itemRows: 0 });
    expect(decision).toMatchObject({ action: 'remove', count: 10, countsAsCompleteRun: true });
  });
});

describe('I6 removal is proved: confirmations', () => {
  it('keeps what is absent and not confirmed, and says when it goes', () => {
    const decision = decide({}, movies({ absent: { confirmed: 0, unconfirmed: 3 } }));
    expect(decision).toMatchObject({ action: 'pending', count: 3, countsAsCompleteRun: true });
    expect(decision.reason).toBe('3 absent: they go when 2 complete runs in a row miss them');
  });

  it('removes the confirmed and keeps the others', () => {
    const decision = decide({}, movies({ absent: { confirmed: 5, unconfirmed: 3 } }));
    expect(decision).toMatchObject({ action: 'remove', count: 5, pending: 3 });
  });

  it('does nothing where nothing is absent', () => {
    expect(decide({}, confirmed(0))).toEqual({
      kind: 'movie',
      action: 'none',
      count: 0,
      pending: 0,
      countsAsCompleteRun: true,
      runReason: undefined,
    });
  });
});

describe('I6 removal is proved: the guard', () => {
  it.each([
    // count, known, action: 20 % and 50 items are both still unsuspicious
    [50, 60, 'remove'],
    [51, 60, 'hold'],
    [51, 254, 'hold'],
    [51, 255, 'remove'],
    [199, 1000, 'remove'],
    [200, 1000, 'remove'],
    [201, 1000, 'hold'],
  ] as const)('at once: %i of %i → %s', (count, known, action) => {
    expect(decide({}, confirmed(count, { known }))).toMatchObject({
      action,
      count,
      ...(action === 'hold' ? { cause: 'share' } : {}),
    });
  });

  it.each([
    // count, known now, removed in 7 days, action: of 1000 a week ago, 300 may go
    [50, 750, 250, 'remove'],
    [51, 750, 250, 'hold'],
    [1, 700, 300, 'hold'],
    [1, 701, 299, 'remove'],
    // of 100, all of 50 may go
    [10, 60, 40, 'remove'],
    [11, 60, 40, 'hold'],
    [0, 600, 400, 'none'],
  ] as const)('in 7 days: %i of %i after %i → %s', (count, known, removedLast7Days, action) => {
    expect(decide({}, confirmed(count, { known, removedLast7Days }))).toMatchObject({ action });
  });

  it('gives the figures', () => {
    expect(decide({}, confirmed(201)).reason).toContain('201 of 1000 would be removed at once (20.1 %');
    const week = decide({}, confirmed(51, { known: 750, removedLast7Days: 250 }));
    expect(week.reason).toContain(
      '51 would be removed after 250 in the last 7 days, together 30.1 % of 1000',
    );
  });

  it.each([
    // count, removed in 7 days, action: 5 % at once and 10 % in 7 days, of 1000
    [50, 0, 'remove'],
    [51, 0, 'hold'],
    [50, 50, 'remove'],
    [50, 70, 'hold'],
  ] as const)('goes by the provider’s own shares: %i after %i → %s', (count, removedLast7Days, action) => {
    const removalGuard = { inOneRun: 5, inSevenDays: 10 };
    const absence = confirmed(count, { known: 1000 - removedLast7Days, removedLast7Days });
    expect(decide({ removalGuard }, absence)).toMatchObject({ action });
  });

  it('says the provider’s own shares', () => {
    const removalGuard = { inOneRun: 5, inSevenDays: 10 };
    expect(decide({ removalGuard }, confirmed(201)).reason).toContain('up to 5 % or 50');
    const all = { inOneRun: 100, inSevenDays: 100 };
    expect(decide({ removalGuard: all }, confirmed(1000)).action).toBe('remove');
  });

  it('judges each kind on its own', () => {
    const input = run({}, confirmed(201), confirmed(20, { kind: 'series', known: 30 }));
    expect(decideRemovals(input).kinds.map(({ action }) => action)).toEqual(['hold', 'remove']);
  });
});

describe('I6 removal is proved: an empty answer', () => {
  it.each([
    [{ confirmed: 1, unconfirmed: 0 }, 1],
    [{ confirmed: 0, unconfirmed: 1 }, 1],
    [{ confirmed: 2, unconfirmed: 5 }, 7],
  ])('is always held: %j', (absent, known) => {
    const decision = decide({ itemRows: 0 }, movies({ known, absent }));
    expect(decision).toMatchObject({
      action: 'hold',
      count: known,
      countsAsCompleteRun: false,
      cause: 'empty-answer',
    });
    expect(decision.reason).toBe(`the listing came back empty, ${known} were known`);
  });

  it('is no empty answer with a single row', () => {
    expect(decide({ itemRows: 1 }, confirmed(1, { known: 1 }))).toMatchObject({ action: 'remove' });
  });

  it('is the truth where nothing was known', () => {
    expect(decide({ itemRows: 0 }, confirmed(0, { known: 0 }))).toMatchObject({
      action: 'none',
      countsAsCompleteRun: true,
    });
  });
});

describe('I6 removal is proved: categories', () => {
  const categories = (fields: Partial<KindAbsence> = {}) =>
    confirmed(3, { kind: 'category', known: 63, ...fields });

  it('follow the same rules', () => {
    expect(decide({}, categories())).toMatchObject({ action: 'remove', count: 3 });
    expect(decide({ outcome: 'drifted' }, categories())).toMatchObject({ action: 'none' });
  });

  it('stay when their list did not arrive whole', () => {
    expect(decide({ categoriesComplete: false }, categories())).toMatchObject({
      action: 'none',
      countsAsCompleteRun: true,
    });
    expect(decide({ categoriesComplete: false }, movies())).toMatchObject({ action: 'remove' });
  });

  it('are held when their list came back empty', () => {
    const all = categories({ known: 3 });
    expect(decide({ categoryRows: 0 }, all)).toMatchObject({
      action: 'hold',
      count: 3,
      countsAsCompleteRun: true,
    });
    expect(decide({ categoryRows: 1 }, all)).toMatchObject({ action: 'remove' });
  });
});

describe('I6 removal is proved: laws', () => {
  const absences = fc.record({
    kind: fc.constantFrom('movie' as const, 'category' as const),
    known: fc.nat(2000),
    absent: fc.record({ confirmed: fc.nat(600), unconfirmed: fc.nat(600) }),
    removedLast7Days: fc.nat(600),
  });
  const inputs = fc.record({
    mode: fc.constantFrom('full' as const, 'list' as const, 'head' as const),
    outcome: fc.constantFrom(
      'complete',
      'not-modified',
      'incomplete',
      'drifted',
      'failed',
      'cancelled',
    ) as fc.Arbitrary<RemovalInput['outcome']>,
    malformedRows: fc.nat(2),
    lastCompleteMalformedRows: fc.option(fc.nat(2), { nil: undefined }),
    parkedPages: fc.nat(1),
    removalConfirmations: fc.integer({ min: 1, max: 3 }),
    itemRows: fc.nat(2),
    categoriesComplete: fc.boolean(),
    kinds: fc.array(absences, { maxLength: 3 }),
  });

  it('only a complete or not-modified run without parked pages removes, and never more than the confirmed', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const decision = decideRemovals(input);
        const silent = input.mode === 'head' && decision.kinds.length === 0;
        expect(silent ? input.kinds.length : decision.kinds.length).toBe(input.kinds.length);
        const proved =
          input.mode !== 'head' &&
          ['complete', 'not-modified'].includes(input.outcome) &&
          input.parkedPages === 0;
        decision.kinds.forEach(({ action, count, reason }, index) => {
          const { confirmed: gone, unconfirmed } = input.kinds[index]?.absent ?? {
            confirmed: 0,
            unconfirmed: 0,
          };
          expect(count).toBeLessThanOrEqual(gone + unconfirmed);
          expect(action === 'remove' || gone + unconfirmed === 0 || Boolean(reason)).toBe(true);
          expect(action !== 'remove' || (proved && count === gone)).toBe(true);
        });
      }),
      { numRuns: 700 },
    );
  });

  it('more absent items never turn a hold into a removal', () => {
    fc.assert(
      fc.property(inputs, fc.nat(100), (input, more) => {
        const worse = input.kinds.map((kind) => ({
          ...kind,
          absent: { ...kind.absent, confirmed: kind.absent.confirmed + more },
        }));
        const before = decideRemovals(input).kinds;
        const after = decideRemovals({ ...input, kinds: worse }).kinds;
        const released = after.filter(
          ({ action }, index) => before[index]?.action === 'hold' && action !== 'hold',
        );
        expect(released).toEqual([]);
      }),
      { numRuns: 700 },
    );
  });
});
