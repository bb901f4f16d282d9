import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { MikroORM } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  REQUEST,
  isProviderId,
  type RequestMap,
  type SnapshotPosition,
} from '@catalogue-sync/contracts';
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
    if (!isProviderId(request?.providerId))
      throw new CatalogueSyncError(ERROR_CODE.invalidRequest, 'Name the provider by its id.', {
        field: 'providerId',
      });
    const row = await this.orm.em.fork().findOne(CheckpointSchema, { providerId: request.providerId });
    if (row === null) return { foldedSeq: 0, totals: { channel: 0, movie: 0, series: 0 } };
    return {
      foldedSeq: row.seq,
      ...(row.version === 0 ? {} : { currentVersion: row.version }),
      ...(row.lastJobId == null
        ? {}
        : { lastJobId: row.lastJobId as SnapshotPosition['lastJobId'] & string }),
      ...(row.lastJobChanged == null ? {} : { lastJobChanged: row.lastJobChanged }),
      totals: { channel: row.totalChannels, movie: row.totalMovies, series: row.totalSeries },
    };
  }
}
