import type { Answer } from '../server/answer.js';
import type { ProviderRequest } from '../server/provider-request.js';

/** Who may ask a portal for what. The two families of portals differ in nearly all of it. */
export interface StalkerSession {
  handshake(request: ProviderRequest): Answer;
  getProfile(request: ProviderRequest): Answer;
  /** The login step: `type=stb&action=do_auth`. */
  doAuth(request: ProviderRequest): Answer;
  /** Whether a data call may go on. */
  isOpen(request: ProviderRequest): boolean;
  /** The answer to a data call that may not. */
  refusal(): Answer;
  /** Ends the session, as a second client does that logs in with the same MAC. */
  end(): void;
}
