import { describe, expect, it } from '@jest/globals';
import {
  ACTIVE_JOB_STATES,
  type JobOutcome,
  type JobState,
  type ScopeOutcome,
} from '@catalogue-sync/contracts';
import fc from 'fast-check';
import { addCounts, emptyCounts } from './change-counts.js';
import { decideJobOutcome } from './decide-job-outcome.js';
import { canTransition, IllegalTransitionError, transition, type JobEvent } from './job-state-machine.js';

const OUTCOMES: JobOutcome[] = ['completed', 'partial', 'failed', 'cancelled'];
const ORDER: JobState[] = ['queued', 'fetching', 'reconciling', 'publishing'];
const anyEvent: fc.Arbitrary<JobEvent> = fc.oneof(
  fc.constantFrom<JobEvent>(
    { type: 'started' },
    { type: 'fetched' },
    { type: 'reconciled' },
    { type: 'failed' },
    { type: 'cancelled' },
  ),
  fc.constantFrom(...OUTCOMES).map((outcome): JobEvent => ({ type: 'published', outcome })),
);

describe('the job state machine', () => {
  it.each(OUTCOMES)('goes from queued to %s', (outcome) => {
    const events: JobEvent[] = [
      { type: 'started' },
      { type: 'fetched' },
      { type: 'reconciled' },
      { type: 'published', outcome },
    ];
    const states = events.reduce<JobState[]>(
      (path, event) => [...path, transition(path.at(-1) ?? 'queued', event)],
      [],
    );
    expect(states).toEqual(['fetching', 'reconciling', 'publishing', outcome]);
  });

  it('can be taken over while fetching', () => {
    expect(transition('fetching', { type: 'started' })).toBe('fetching');
  });

  it('accepts news of others that overtook its own', () => {
    expect(transition('fetching', { type: 'reconciled' })).toBe('publishing');
    expect(transition('reconciling', { type: 'published', outcome: 'partial' })).toBe('partial');
  });

  it.each(ACTIVE_JOB_STATES)('can fail and be cancelled while %s', (state) => {
    expect(transition(state, { type: 'failed' })).toBe('failed');
    expect(transition(state, { type: 'cancelled' })).toBe('cancelled');
  });

  it('never leaves an end and never goes back', () => {
    const rank = (state: JobState) => (ORDER.includes(state) ? ORDER.indexOf(state) : ORDER.length);
    fc.assert(
      fc.property(fc.constantFrom(...ORDER, ...OUTCOMES), anyEvent, (state, event) => {
        fc.pre(canTransition(state, event.type));
        expect(OUTCOMES).not.toContain(state);
        expect(rank(transition(state, event))).toBeGreaterThanOrEqual(rank(state));
      }),
      { numRuns: 150 },
    );
  });

  it('refuses whatever is not in its table, and says what', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ORDER, ...OUTCOMES), anyEvent, (state, event) => {
        fc.pre(!canTransition(state, event.type));
        expect(() => transition(state, event)).toThrow(IllegalTransitionError);
        expect(() => transition(state, event)).toThrow(`A ${state} job cannot be ${event.type}`);
      }),
      { numRuns: 150 },
    );
  });

  it.each<[JobState, JobEvent]>([
    ['queued', { type: 'fetched' }],
    ['queued', { type: 'published', outcome: 'completed' }],
    ['reconciling', { type: 'started' }],
    ['publishing', { type: 'reconciled' }],
    ['completed', { type: 'cancelled' }],
  ])('refuses for %s: %j', (state, event) => {
    expect(() => transition(state, event)).toThrow(IllegalTransitionError);
  });
});

describe('decideJobOutcome', () => {
  it.each<[ScopeOutcome[], JobOutcome]>([
    [['complete'], 'completed'],
    [['complete', 'not-modified'], 'completed'],
    [['not-modified'], 'completed'],
    [['complete', 'failed'], 'partial'],
    [['complete', 'incomplete'], 'partial'],
    [['incomplete'], 'partial'],
    [['drifted', 'failed'], 'partial'],
    [['failed', 'failed'], 'failed'],
    [[], 'failed'],
    [['complete', 'cancelled'], 'cancelled'],
    [['failed', 'cancelled'], 'cancelled'],
  ])('%j is %s', (scopes, outcome) => {
    expect(decideJobOutcome(scopes)).toBe(outcome);
  });
});

describe('counts', () => {
  it('add up without changing what they were made of', () => {
    const one = emptyCounts();
    one.movie = { added: 1, updated: 2, removed: 3, unchanged: 4 };
    const two = emptyCounts();
    two.movie = { added: 10, updated: 20, removed: 30, unchanged: 40 };
    two.channel.added = 5;
    two.series.unchanged = 6;
    two.category.removed = 7;
    const sum = addCounts(one, two);
    expect(sum).toEqual({
      movie: { added: 11, updated: 22, removed: 33, unchanged: 44 },
      channel: { added: 5, updated: 0, removed: 0, unchanged: 0 },
      series: { added: 0, updated: 0, removed: 0, unchanged: 6 },
      category: { added: 0, updated: 0, removed: 7, unchanged: 0 },
    });
    expect(one.movie.added).toBe(1);
    expect(addCounts(sum, emptyCounts())).toEqual(sum);
  });
});
