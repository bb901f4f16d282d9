import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { unlessAborted } from '../http/wait.js';

/** Logs in and gives the token; "" when the portal wants none. */
export type LogIn = (signal: AbortSignal) => Promise<string>;

/**
 * The one token of an endpoint and MAC. On many portals a handshake kills the session before it, so only one may be under way, and whoever
 * finds the session lost first looks whether another has renewed it already (PROVIDERS A.4).
 */
export class StalkerSession {
  private token: string | undefined;
  private renewal: Promise<string> | undefined;

  /** The token that was given last, if any; also to another client that shares this session. */
  get latest(): string | undefined {
    return this.token;
  }

  /** A log-in under way: what is sent meanwhile would be refused, or kill the session that is being made. */
  get renewing(): Promise<string> | undefined {
    return this.renewal;
  }

  /** The token, after logging in if that was not done yet. */
  current(logIn: LogIn, signal: AbortSignal): Promise<string> {
    return this.token === undefined ? this.renew(logIn, signal) : Promise.resolve(this.token);
  }

  /** A token that is not the lost one. */
  async replace(lost: string, logIn: LogIn, signal: AbortSignal): Promise<string> {
    if (this.token !== undefined && this.token !== lost) return this.token;
    return this.renew(logIn, signal);
  }

  private async renew(logIn: LogIn, signal: AbortSignal): Promise<string> {
    for (;;) {
      this.renewal ??= logIn(signal)
        .then((token) => (this.token = token))
        .finally(() => {
          this.renewal = undefined;
        });
      try {
        return await unlessAborted(this.renewal, signal);
      } catch (error) {
        // Whoever had begun to log in gave up; whoever still waits begins anew.
        const theirs = error instanceof CatalogueSyncError && error.code === ERROR_CODE.cancelled;
        if (!theirs || signal.aborted) throw error;
      }
    }
  }
}

const sessions = new Map<string, { session: StalkerSession; holders: number }>();

/**
 * The session that all clients of this process share for an endpoint and MAC: a connection test must not throw a running sync out. Give it
 * back with `releaseSession`.
 */
export function holdSession(key: string): StalkerSession {
  const held = sessions.get(key) ?? { session: new StalkerSession(), holders: 0 };
  held.holders++;
  sessions.set(key, held);
  return held.session;
}

export function releaseSession(key: string): void {
  const held = sessions.get(key);
  if (held !== undefined && --held.holders === 0) sessions.delete(key);
}
