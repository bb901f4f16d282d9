/** What makes a provider be left alone, as far as the next client has to know it. JSON; times are ms since 1970. */
export interface BreakerMemory {
  /** Logins refused in a row. */
  authFailures?: number;
  /** Connections that failed in a row, in requests that came one after the other. */
  transportFailures?: number;
  /** No request before this moment. */
  coolDownUntil?: number;
  /** Why, in words. */
  coolDownReason?: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The failed login counts with a panel, not the good page: a few more, and the address is banned (PROVIDERS A.13). */
const REFUSED_LOGINS = 3;
const LOGIN_REST = { firstMs: 15 * MINUTE_MS, longestMs: 6 * HOUR_MS };
const BROKEN_CONNECTIONS = 10;
const CONNECTION_REST = { firstMs: MINUTE_MS, longestMs: 30 * MINUTE_MS };
/** Bans of panels last for hours. */
const BAN_REST_MS = 2 * HOUR_MS;
/** Whatever a provider asks for. */
const LONGEST_REST_MS = 24 * HOUR_MS;

/**
 * Leaves a provider alone that must not be asked for a while: after logins refused in a row, a ban, or connections that fail again and
 * again. Each further failure after a rest doubles the next one; a success ends the count. Pure: `now` is ms since 1970.
 */
export class CircuitBreaker {
  private authFailures: number;
  private transportFailures: number;
  private bans = 0;
  private until: number;
  private why: string;

  /**
   * @param bansToBelieve bans in a row before one is believed: portals also refuse so who comes without a session
   */
  constructor(
    remembered: BreakerMemory = {},
    private readonly bansToBelieve = 1,
  ) {
    this.authFailures = remembered.authFailures ?? 0;
    this.transportFailures = remembered.transportFailures ?? 0;
    this.until = remembered.coolDownUntil ?? 0;
    this.why = remembered.coolDownReason ?? 'It was asked too much.';
  }

  /** Until when and why nothing may be asked; undefined when it may. */
  rest(now: number): { until: number; why: string } | undefined {
    // A moment further off than any rest comes of a clock that went wrong.
    const resting = now < this.until && this.until - now <= LONGEST_REST_MS;
    return resting ? { until: this.until, why: this.why } : undefined;
  }

  loginRefused(now: number, message: string): void {
    if (this.rest(now) !== undefined) return;
    this.authFailures++;
    if (this.authFailures < REFUSED_LOGINS) return;
    const ms = doubled(LOGIN_REST, this.authFailures - REFUSED_LOGINS);
    this.start(now, ms, `${this.authFailures} logins in a row were refused. ${message}`);
  }

  loginAccepted(): void {
    this.authFailures = 0;
  }

  banned(now: number, message: string): void {
    if (this.rest(now) !== undefined || ++this.bans < this.bansToBelieve) return;
    this.start(now, BAN_REST_MS, message);
  }

  /** @param share of one failure: requests that fail side by side make up one together */
  connectionFailed(now: number, share: number, message: string): void {
    if (this.rest(now) !== undefined) return;
    // After a rest one failure is enough, and no share of it.
    const again = this.transportFailures >= BROKEN_CONNECTIONS;
    this.transportFailures = again ? Math.floor(this.transportFailures) + 1 : this.transportFailures + share;
    // Shares like a third do not add up to a whole exactly.
    if (this.transportFailures < BROKEN_CONNECTIONS - 1e-6) return;
    this.transportFailures = Math.round(this.transportFailures);
    const ms = doubled(CONNECTION_REST, this.transportFailures - BROKEN_CONNECTIONS);
    this.start(now, ms, `It failed ${this.transportFailures} times in a row. ${message}`);
  }

  /** The provider asked to be left alone for longer than a request can wait. */
  askedToWait(now: number, ms: number): void {
    if (this.rest(now) === undefined) this.start(now, ms, 'It asked for that itself (Retry-After).');
  }

  /** An answer came, whatever it said. */
  answered(): void {
    this.transportFailures = 0;
  }

  /** An answer came as it should. */
  succeeded(): void {
    this.transportFailures = 0;
    this.bans = 0;
  }

  memory(now: number): BreakerMemory {
    const rest = this.rest(now);
    const { authFailures, transportFailures } = this;
    return {
      ...(authFailures === 0 ? {} : { authFailures }),
      ...(transportFailures === 0 ? {} : { transportFailures }),
      ...(rest === undefined ? {} : { coolDownUntil: rest.until, coolDownReason: rest.why }),
    };
  }

  private start(now: number, ms: number, why: string): void {
    this.until = now + Math.min(ms, LONGEST_REST_MS);
    this.why = why;
  }
}

function doubled({ firstMs, longestMs }: { firstMs: number; longestMs: number }, times: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(times, 30));
}
