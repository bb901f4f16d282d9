import { ProblemError } from '../problem/problem-error.js';
import { TokenBuckets } from './token-buckets.js';

/** For callers and addresses alike: more than these are not told apart for long. */
const MAX_KEYS = 10_000;
const BURST_SECONDS = 10;
/** Of an address that gives wrong keys or links when it signs in. */
const FAILED_SIGN_INS = { burst: 20, perSecond: 20 / 60 };
/** Of an address whose requests nobody has signed in for, as a share of what a caller may send. */
const UNKNOWN_SHARE = 0.2;

/** How much one caller may ask of one replica. Generous: it keeps a client in a loop from hurting the others. */
export class RequestRates {
  private readonly callers: TokenBuckets | undefined;
  private readonly unknown: TokenBuckets | undefined;
  private readonly failedSignIns = new TokenBuckets(FAILED_SIGN_INS, MAX_KEYS);

  /** @param perSecond requests of one caller from one address; 0: any number */
  constructor(perSecond: number) {
    if (perSecond <= 0) return;
    const rate = (share: number) => ({
      burst: perSecond * share * BURST_SECONDS,
      perSecond: perSecond * share,
    });
    this.callers = new TokenBuckets(rate(1), MAX_KEYS);
    this.unknown = new TokenBuckets(rate(UNKNOWN_SHARE), MAX_KEYS);
  }

  /** Throws `too-many-requests`. */
  countCaller(keyId: string, address: string): void {
    refuse(this.callers?.take(`${keyId} ${address}`));
  }

  /** Of a request whose sender is not known, on a public route or because it was refused. Throws `too-many-requests`. */
  countUnknown(address: string): void {
    refuse(this.unknown?.take(address));
  }

  /**
   * Of a sign-in that failed: one that is good is never refused, as others may stand behind the same address, a household or a proxy. Throws
   * `too-many-requests` when too many of the address failed.
   */
  countFailedSignIn(address: string): void {
    refuse(this.failedSignIns.take(address));
  }
}

function refuse(waitSeconds = 0): void {
  if (waitSeconds === 0) return;
  throw new ProblemError('too-many-requests', `Too many requests: try again in ${waitSeconds} s.`, {
    headers: { 'retry-after': String(waitSeconds) },
  });
}
