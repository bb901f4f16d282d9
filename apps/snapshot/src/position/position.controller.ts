import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { MikroORM } from '@mikro-orm/postgresql';
import { REQUEST, type RequestMap, type SnapshotPosition } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { readProviderId } from '../requests/read-provider-id.js';
import { CheckpointSchema } from '../store/checkpoint.entity.js';

/** Answers how far a provider's events are folded. */
@Controller()
export class PositionController {
  constructor(@Inject(MikroORM) private readonly orm: MikroORM) {}

  /** A provider of which nothing was folded yet stands at 0. */
  @MessagePattern(REQUEST.getSnapshotPosition, Transport.NATS)
  async getPosition(
    @Payload() request: RequestMap[typeof REQUEST.getSnapshotPosition][0],
  ): Promise<SnapshotPosition> {
    const em = this.orm.em.fork();
    const row = await em.findOne(CheckpointSchema, { providerId: readProviderId(request) });
    if (row === null) return { foldedSeq: 0, totals: { channel: 0, movie: 0, series: 0 } };
    const [oldest] = await sql<{ seq: string | null }>(
      em,
      `select min(as_of_seq) as seq from snapshot where provider_id = $1`,
      [row.providerId],
    );
    return {
      foldedSeq: row.seq,
      ...(row.version === 0 ? {} : { currentVersion: row.version }),
      ...(oldest?.seq == null ? {} : { oldestKeptSeq: Number(oldest.seq) }),
      ...(row.lastJobId == null
        ? {}
        : { lastJobId: row.lastJobId as SnapshotPosition['lastJobId'] & string }),
      ...(row.lastJobChanged == null ? {} : { lastJobChanged: row.lastJobChanged }),
      totals: { channel: row.totalChannels, movie: row.totalMovies, series: row.totalSeries },
    };
  }
}
