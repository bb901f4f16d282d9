import type { Msg } from '@nats-io/transport-node';

/** What a stream answers to a stored message or batch. */
export interface PubAck {
  stream: string;
  seq: number;
  duplicate?: boolean;
  /** Of an atomic batch: its id and how many messages it stored. */
  batch?: string;
  count?: number;
}

/** JetStream's codes for conditions that end by themselves: no room, no resources, no leader. */
const PASSING_CODES = new Set([10077, 10023, 10008, 10009, 10047]);

/** The stream refused the message or batch. */
export class RefusedPublish extends Error {
  override readonly name = 'RefusedPublish';

  constructor(
    readonly code: number,
    description: string,
  ) {
    super(`${description} (${code})`);
  }

  /** Whether the same message may be taken later. */
  get passes(): boolean {
    return PASSING_CODES.has(this.code);
  }
}

/** Throws `RefusedPublish` when the answer is an error. */
export function readPubAck(reply: Msg): PubAck {
  const answer = reply.json<PubAck & { error?: { err_code?: number; description?: string } }>();
  if (answer.error) {
    throw new RefusedPublish(answer.error.err_code ?? 0, answer.error.description ?? 'refused');
  }
  return answer;
}
