import type { StreamName } from '@catalogue-sync/contracts';
import { JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** Deletes a provider's durable consumer; one that is not there is fine. What it has not acknowledged stays in the stream. */
export async function deletePartition(
  nc: NatsConnection,
  stream: StreamName,
  durable: string,
): Promise<void> {
  const manager = await jetstreamManager(nc, { checkAPI: false });
  await ignoringAbsence(() => manager.consumers.delete(stream, durable));
}

/** Deletes the messages of a subject filter, all but the `keep` newest; a stream that is not there is fine. */
export async function purgeSubject(
  nc: NatsConnection,
  stream: StreamName,
  filter: string,
  keep = 0,
): Promise<void> {
  const manager = await jetstreamManager(nc, { checkAPI: false });
  await ignoringAbsence(() => manager.streams.purge(stream, { filter, ...(keep > 0 ? { keep } : {}) }));
}

/** Whether JetStream answered that the stream or consumer does not exist. */
export function isAbsent(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamNotFound || error.code === JetStreamApiCodes.ConsumerNotFound)
  );
}

async function ignoringAbsence(task: () => Promise<unknown>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}
