import type { Answer } from './answer.js';
import type { ProviderRequest, RequestedAction } from './provider-request.js';

/** A request that a protocol recognised as its own. */
export interface ProtocolCall {
  requested: RequestedAction;
  /** Computes the answer; sessions change here, so it is asked for at most once. */
  answer(): Answer;
  /** Ends the asking client's session. */
  endSession(): void;
  /** What a client without a session gets. */
  refusal(): Answer;
}

/** One of the protocols that a catalogue is served by. */
export interface ProviderProtocol {
  /** The call a request makes; undefined when its path is not one of this protocol's. */
  read(request: ProviderRequest): ProtocolCall | undefined;
}
