import { STREAM, type StreamName } from '@catalogue-sync/contracts';
import type { ConsumerDto, StreamDto } from '@catalogue-sync/contracts/rest';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  type ConsumerInfo,
  type JetStreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

const MAX_CONSUMERS = 100;

/** How full the streams are, and how far behind who reads them. */
export async function readStreamStates(connection: NatsConnection): Promise<StreamDto[]> {
  const manager = await jetstreamManager(connection);
  const states = await Promise.all(Object.values(STREAM).map((name) => readStreamState(manager, name)));
  return states.filter((state) => state !== undefined);
}

async function readStreamState(manager: JetStreamManager, name: StreamName): Promise<StreamDto | undefined> {
  try {
    const { state } = await manager.streams.info(name);
    const consumers: ConsumerDto[] = [];
    for await (const info of manager.consumers.list(name)) consumers.push(consumerOf(info));
    consumers.sort((a, b) => b.pending - a.pending || a.name.localeCompare(b.name));
    return {
      name,
      messages: state.messages,
      bytes: state.bytes,
      consumerCount: consumers.length,
      consumers: consumers.slice(0, MAX_CONSUMERS),
    };
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)
      return undefined;
    throw error;
  }
}

function consumerOf({
  name,
  config,
  num_pending,
  num_ack_pending,
  num_redelivered,
}: ConsumerInfo): ConsumerDto {
  const { filter_subject: subject, filter_subjects: subjects } = config;
  return {
    name,
    subjects: subjects ?? (subject === undefined ? [] : [subject]),
    pending: num_pending,
    unacknowledged: num_ack_pending,
    redelivered: num_redelivered,
  };
}
