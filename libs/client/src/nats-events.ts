import { setImmediate } from 'node:timers/promises';
import { HEADER, providerId as asProviderId, STREAM, subjects } from '#contracts';
import {
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  type ConsumerMessages,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import { connect, errors, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import type { SequencedEvent } from './catalogue-event.js';
import type { EventSource } from './event-source.js';
import { GatewayError, UnreachableError } from './gateway-error.js';

/** How to connect, as `@nats-io/transport-node` takes it, or a connection that is there already and stays open. */
export type NatsEventsOptions = ConnectionOptions | { connection: NatsConnection };

/** Messages that are on their way at most, and events of one batch. */
const AHEAD = 256;

/** Events from the JetStream stream: an ordered consumer on all events of the provider, the only filter on which a gap can be told. */
export function natsEvents(options: NatsEventsOptions): EventSource {
  let own: NatsConnection | undefined;
  const connection = async (): Promise<NatsConnection> => {
    if ('connection' in options) return options.connection;
    if (own?.isClosed() === true) own = undefined;
    return (own ??= await connect({ name: 'catalogue-sync-client', maxReconnectAttempts: -1, ...options }));
  };
  return {
    async *open({ providerId, after, signal }) {
      let messages: ConsumerMessages;
      let isNothingThere: boolean;
      try {
        ({ messages, isNothingThere } = await consume(await connection(), providerId, after));
      } catch (error) {
        throw explained(error);
      }
      // Not awaited: it resolves only when somebody reads on to the end.
      const close = (): void => void messages.close();
      signal.addEventListener('abort', close, { once: true });
      try {
        if (isNothingThere) yield [];
        if (!signal.aborted) yield* batchesOf(messages);
      } finally {
        signal.removeEventListener('abort', close);
        close();
      }
    },
    async close() {
      await own?.close();
      own = undefined;
    },
  };
}

async function consume(
  nc: NatsConnection,
  provider: string,
  after: number,
): Promise<{ messages: ConsumerMessages; isNothingThere: boolean }> {
  const manager = await jetstreamManager(nc, { checkAPI: false });
  const filter = subjects.eventsOf(asProviderId(provider));
  const { start, isNothingThere } = await placeBehind(manager, filter, after);
  const consumer = await jetstream(nc).consumers.get(STREAM.events, {
    filter_subjects: filter,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: start,
  });
  return { messages: await consumer.consume({ max_messages: AHEAD }), isNothingThere };
}

/**
 * The place in the stream behind the provider's event `after`. The numbers of a provider rise with the places in the stream, so some twenty questions
 * find it among a million messages, where reading them all would find it too.
 */
async function placeBehind(
  manager: JetStreamManager,
  filter: string,
  after: number,
): Promise<{ start: number; isNothingThere: boolean }> {
  const { state } = await manager.streams.info(STREAM.events);
  const last = await manager.streams.getMessage(STREAM.events, { last_by_subj: filter });
  if (last === null) return { start: state.last_seq + 1, isNothingThere: true };
  if (seqOf(last.header.get(HEADER.seq)) <= after) return { start: last.seq + 1, isNothingThere: true };
  let low = state.first_seq;
  let high = last.seq;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await manager.direct.getMessage(STREAM.events, { seq: middle, next_by_subj: filter });
    if (found === null || seqOf(found.header.get(HEADER.seq)) > after) high = middle;
    else low = found.seq + 1;
  }
  return { start: Math.max(1, low), isNothingThere: false };
}

/** What is there is one batch; more is asked for only when it is taken. */
async function* batchesOf(messages: ConsumerMessages): AsyncGenerator<SequencedEvent[]> {
  const iterator = messages[Symbol.asyncIterator]();
  let next = iterator.next();
  for (;;) {
    let result: IteratorResult<JsMsg> | void = await next;
    const batch: SequencedEvent[] = [];
    while (result !== undefined && result.done !== true) {
      batch.push(eventOf(result.value));
      next = iterator.next();
      if (batch.length === AHEAD) break;
      result = await Promise.race([next, setImmediate()]);
    }
    if (batch.length > 0) yield batch;
    if (result?.done === true) return;
  }
}

function eventOf(message: JsMsg): SequencedEvent {
  const { headers } = message;
  const seq = seqOf(headers?.get(HEADER.seq));
  const optional = (name: string, key: string): Record<string, string> =>
    headers?.has(name) === true ? { [key]: decoded(headers.get(name)) } : {};
  try {
    return {
      seq,
      type: headers?.get(HEADER.type) ?? '',
      time: headers?.get(HEADER.time) ?? '',
      ...optional(HEADER.subject, 'subject'),
      ...optional(HEADER.jobId, 'jobId'),
      ...optional(HEADER.reason, 'reason'),
      data: message.json(),
    };
  } catch (error) {
    throw new GatewayError('unusable-answer', `The body of event ${seq} is not JSON.`, { cause: error });
  }
}

function seqOf(value: string | undefined): number {
  const seq = Number(value);
  if (Number.isSafeInteger(seq) && seq > 0) return seq;
  throw new GatewayError(
    'unusable-answer',
    `A message of ${STREAM.events} has no sequence number: was it published by something else?`,
  );
}

/** Header text is percent-encoded where it is not plain ASCII (CloudEvents, HTTP binding 3.1.3.2). */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function explained(error: unknown): Error {
  if (error instanceof GatewayError) return error;
  if (error instanceof errors.AuthorizationError || error instanceof errors.PermissionViolationError)
    return new GatewayError(
      'unauthenticated',
      'NATS refused: check the user, its password and its permissions.',
      {
        cause: error,
      },
    );
  return new UnreachableError(
    'NATS cannot be reached, or has no events yet: does it run, and is its URL right?',
    {
      cause: error,
    },
  );
}
