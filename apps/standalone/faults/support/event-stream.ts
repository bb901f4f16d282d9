import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { HEADER, STREAM, subjects, type ProviderId } from '@catalogue-sync/contracts';

/** The provider's sequence number that stands last on NATS; 0 when the stream holds none. Throws when JetStream or the stream is away. */
export async function lastPublished(natsUrl: string, provider: ProviderId): Promise<number> {
  const nats = await connect({ servers: natsUrl, reconnect: false });
  try {
    const manager = await jetstreamManager(nats);
    const last = await manager.streams.getMessage(STREAM.events, {
      last_by_subj: subjects.eventsOf(provider),
    });
    return Number(last?.header.get(HEADER.seq) ?? 0);
  } finally {
    await nats.close();
  }
}

/** Dead letters that are kept, with the headers that say why. */
export async function deadLetters(
  natsUrl: string,
): Promise<{ subject: string; headers: Map<string, string> }[]> {
  const nats = await connect({ servers: natsUrl, reconnect: false });
  try {
    const manager = await jetstreamManager(nats);
    const { state } = await manager.streams.info(STREAM.deadLetters);
    const letters = [];
    for (let seq = state.first_seq; state.messages > 0 && seq <= state.last_seq; seq += 1) {
      const letter = await manager.streams.getMessage(STREAM.deadLetters, { seq });
      if (!letter) continue;
      const headers = new Map(letter.header.keys().map((name) => [name, letter.header.get(name)] as const));
      letters.push({ subject: letter.subject, headers });
    }
    return letters;
  } finally {
    await nats.close();
  }
}
