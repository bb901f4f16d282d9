import { closedLists } from '../access/account-state.js';
import { refusalAnswer, refused } from '../access/refusals.js';
import type { QuirkBook } from '../quirks/quirk-book.js';
import type { Answer } from '../server/answer.js';
import { textAnswer } from '../server/answer.js';
import { bearerToken, type ProviderRequest } from '../server/provider-request.js';
import { envelopeOf } from './envelope.js';
import type { StalkerSession } from './stalker-session.js';

const SECOND = 1000;

/** A family's session as quirks have it: accounts that ended, sessions that are stolen, a second device that is turned away. */
export class GuardedSession implements StalkerSession {
  #calls = 0;
  #holder: { token: string; usedAt: number } | undefined;

  constructor(
    private readonly own: StalkerSession,
    private readonly quirks: QuirkBook,
  ) {}

  handshake(request: ProviderRequest): Answer {
    const { noToken, secondSessionAfter } = this.quirks.now.access ?? {};
    if (noToken === true) return refused(envelopeOf({ token: null }));
    if (secondSessionAfter !== undefined && this.#isHeldByAnother(request, secondSessionAfter))
      return refused(envelopeOf({ token: null, msg: 'Another session is active' }));
    this.#calls = 0;
    return this.own.handshake(request);
  }

  getProfile(request: ProviderRequest): Answer {
    const { account } = this.quirks.now;
    if (closedLists(account) !== undefined) {
      const msg = `Your account is ${(account?.status ?? '').toLowerCase()}`;
      return refused(envelopeOf({ id: '17', status: 1, msg, block_msg: msg }));
    }
    return this.own.getProfile(request);
  }

  doAuth(request: ProviderRequest): Answer {
    return closedLists(this.quirks.now.account) === undefined
      ? this.own.doAuth(request)
      : refused(envelopeOf(false));
  }

  isOpen(request: ProviderRequest): boolean {
    if (closedLists(this.quirks.now.account) === 'refused' || !this.own.isOpen(request)) return false;
    this.#calls += 1;
    if (this.#calls > (this.quirks.now.access?.stolenAfter ?? Infinity)) {
      this.end();
      return false;
    }
    this.#holder = { token: bearerToken(request.headers), usedAt: performance.now() };
    return true;
  }

  refusal(): Answer {
    const denied = closedLists(this.quirks.now.account) === 'refused';
    const own = () => (denied ? textAnswer('Access denied.') : this.own.refusal());
    return refusalAnswer(this.quirks.now.access?.refusal, own);
  }

  end(): void {
    this.#calls = 0;
    this.#holder = undefined;
    this.own.end();
  }

  #isHeldByAnother(request: ProviderRequest, seconds: number): boolean {
    const holder = this.#holder;
    if (holder === undefined || performance.now() - holder.usedAt > seconds * SECOND) return false;
    const presented = request.query.get('token') || bearerToken(request.headers);
    return presented !== holder.token;
  }
}
