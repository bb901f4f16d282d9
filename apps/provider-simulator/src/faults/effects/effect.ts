import type { ServerResponse } from 'node:http';
import type { Answer } from '../../server/answer.js';
import type { Transfer } from '../../server/answer-writer.js';

/** What an effect can do to a request. */
export interface FaultScene {
  response: ServerResponse;
  /** The answer that would be given without a fault. Asking for it twice asks the provider twice. */
  answer(): Answer;
  /** Ends the session of whoever asks, so that the answer becomes the protocol's refusal. */
  endSession(): void;
  /** The protocol's answer to a request whose session ended. */
  refusal(): Answer;
}

/** What is to be sent instead; `undefined` when the effect dealt with the connection itself. */
export type FaultOutcome = { answer: Answer; transfer?: Transfer; delayMs?: number } | undefined;

export type EffectHandler<E> = (effect: E, scene: FaultScene) => FaultOutcome;
