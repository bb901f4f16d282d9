import type { RequestedAction } from '../server/provider-request.js';

/** What clients did to a catalogue's provider, for tests of their manners. */
export interface LedgerReport {
  requests: number;
  /** By `<protocol> <action>`. */
  requestsByAction: Record<string, number>;
  answersByStatus: Record<string, number>;
  /** Body bytes sent. */
  bytes: number;
  /** Stalker handshakes asked for. */
  handshakes: number;
  /** Requests for a page that had been asked for before. */
  repeatedPages: number;
  /** Most requests within any one second. */
  requestsPerSecondPeak: number;
  /** Most requests under way at once. */
  parallelPeak: number;
  /** Requests under way now. */
  parallelNow: number;
  /** Requests with `If-None-Match` or `If-Modified-Since`. */
  conditionalRequests: number;
  /** Answers of 304. */
  notModified: number;
  /** Requests whose client went away, or whose connection was broken, before the answer's end. */
  aborted: number;
}

const SECOND = 1000;
/** Distinct pages that are remembered at most; beyond it repeats are no longer told apart. */
const PAGE_MEMORY = 500_000;

/** Counts the requests of one catalogue. */
export class Ledger {
  #byAction = new Map<string, number>();
  #byStatus = new Map<string, number>();
  #pages = new Set<string>();
  #recent: number[] = [];
  #recentStart = 0;
  #requests = 0;
  #bytes = 0;
  #handshakes = 0;
  #repeated = 0;
  #ratePeak = 0;
  #parallel = 0;
  #parallelPeak = 0;
  #aborted = 0;
  #conditional = 0;

  /** Notes the arrival of a request. `now` in milliseconds of any steady clock. `conditional`: it asks for news only. */
  arrived(requested: RequestedAction, now: number, conditional = false): void {
    this.#requests += 1;
    if (conditional) this.#conditional += 1;
    this.#parallel += 1;
    this.#parallelPeak = Math.max(this.#parallelPeak, this.#parallel);
    increment(this.#byAction, `${requested.protocol} ${requested.action}`);
    if (requested.action === 'stb.handshake') this.#handshakes += 1;
    if (requested.pageKey !== undefined) this.#notePage(requested.pageKey);
    this.#noteRate(now);
  }

  /** Notes body bytes that were sent. */
  sent(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Notes the end of a request. `status` is 0 when no answer was begun. */
  left(status: number, complete: boolean): void {
    this.#parallel -= 1;
    if (!complete) this.#aborted += 1;
    increment(this.#byStatus, String(status));
  }

  /** Requests under way now. */
  get parallel(): number {
    return this.#parallel;
  }

  report(): LedgerReport {
    return {
      requests: this.#requests,
      requestsByAction: sortedCounts(this.#byAction),
      answersByStatus: sortedCounts(this.#byStatus),
      bytes: this.#bytes,
      handshakes: this.#handshakes,
      repeatedPages: this.#repeated,
      requestsPerSecondPeak: this.#ratePeak,
      parallelPeak: this.#parallelPeak,
      parallelNow: this.#parallel,
      conditionalRequests: this.#conditional,
      notModified: this.#byStatus.get('304') ?? 0,
      aborted: this.#aborted,
    };
  }

  /** Starts counting anew; requests under way stay counted as such. */
  reset(): void {
    this.#byAction = new Map();
    this.#byStatus = new Map();
    this.#pages = new Set();
    this.#recent = [];
    this.#recentStart = 0;
    this.#requests = this.#bytes = this.#handshakes = this.#repeated = this.#ratePeak = this.#aborted = 0;
    this.#conditional = 0;
    this.#parallelPeak = this.#parallel;
  }

  #notePage(key: string): void {
    if (this.#pages.has(key)) this.#repeated += 1;
    else if (this.#pages.size < PAGE_MEMORY) this.#pages.add(key);
  }

  #noteRate(now: number): void {
    this.#recent.push(now);
    while ((this.#recent[this.#recentStart] ?? now) <= now - SECOND) this.#recentStart += 1;
    this.#ratePeak = Math.max(this.#ratePeak, this.#recent.length - this.#recentStart);
    if (this.#recentStart > 10_000) {
      this.#recent = this.#recent.slice(this.#recentStart);
      this.#recentStart = 0;
    }
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sortedCounts(counts: Map<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
