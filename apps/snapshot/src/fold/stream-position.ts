import type { MikroORM } from '@mikro-orm/postgresql';
import { HEADER, STREAM, type ProviderId } from '@catalogue-sync/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { CheckpointStore } from '../store/checkpoint.store.js';

/** Finds where in the stream a provider's fold goes on. */
export class StreamPosition {
  constructor(
    private readonly orm: MikroORM,
    private readonly nc: NatsConnection,
    private readonly checkpoints: CheckpointStore,
  ) {}

  /**
   * The stream sequence behind the last folded event, if that event still stands where the checkpoint says. Else nothing: the stream was wiped or
   * trimmed meanwhile, and reading it from the beginning, skipping what is folded, is always right.
   */
  async start(provider: ProviderId): Promise<{ streamSeq?: number }> {
    const checkpoint = await this.checkpoints.read(this.orm.em.fork(), provider);
    if (checkpoint?.streamSeq === undefined) return {};
    const id = await this.eventIdAt(checkpoint.streamSeq);
    return id === `${provider}:${checkpoint.seq}` ? { streamSeq: checkpoint.streamSeq + 1 } : {};
  }

  private async eventIdAt(streamSeq: number): Promise<string | undefined> {
    const manager = await jetstreamManager(this.nc, { checkAPI: false });
    const message = await manager.streams.getMessage(STREAM.events, { seq: streamSeq });
    return message?.header.get(HEADER.id);
  }
}
