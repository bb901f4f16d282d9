import type { ServerResponse } from 'node:http';
import type { TomorrowRequest } from '../../catalogue/tomorrow.js';
import type { QuirkPatch } from '../../quirks/quirks.js';
import type { Answer } from '../../server/answer.js';
import type { Transfer } from '../../server/answer-writer.js';

/** What an effect can do to a request. */
export interface FaultScene {
  response: ServerResponse;
  /** The request's URL, path and query, and the host it was sent to. */
  url: string;
  host: string;
  /** The answer that would be given without a fault. Asking for it twice asks the provider twice. */
  answer(): Answer;
  /** Ends the session of whoever asks, so that the answer becomes the protocol's refusal. */
  endSession(): void;
  /** The protocol's answer to a request whose session ended. */
  refusal(): Answer;
  /** Lets a version pass. */
  tomorrow(request: TomorrowRequest): void;
  /** Changes how the provider is, from this answer on if it was not asked for yet. */
  setQuirks(patch: QuirkPatch): void;
}

/** What is to be sent instead; `undefined` when the effect dealt with the connection itself. */
export type FaultOutcome =
  | {
      answer: Answer;
      transfer?: Transfer;
      delayMs?: number;
      /** Runs when the answer's content is settled, and before the client can ask for more. */
      afterwards?: () => void;
    }
  | undefined;

export type EffectHandler<E> = (effect: E, scene: FaultScene) => FaultOutcome;
