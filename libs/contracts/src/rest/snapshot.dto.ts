import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Min } from 'class-validator';
import { SCOPES, type Scope } from '../scope.js';
import type { SnapshotStats, SnapshotVersionView } from '../snapshot-document.js';
import { IntegerText, Omittable } from './field-rules.js';
import { ProviderParams } from './paging.dto.js';

export const POSITION_DESCRIPTION =
  'The event position: tail from asOfSeq + 1. Null while the version is pinned: ask for the snapshot again instead.';

export class SnapshotQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'A kept version; when absent the one that is served: the pinned one, else the current one.',
  })
  @Omittable()
  @IntegerText()
  @IsInt({ message: 'Give the number of a kept version.' })
  @Min(1, { message: 'Give the number of a kept version.' })
  version?: number;
}

export class SnapshotVersionParams extends ProviderParams {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'A kept version.' })
  @IntegerText()
  @IsInt({ message: 'Give the number of a kept version.' })
  @Min(1, { message: 'Give the number of a kept version.' })
  version!: number;
}

export class SnapshotStatsDto implements SnapshotStats {
  @ApiProperty({ type: 'integer' })
  totalMovies!: number;

  @ApiProperty({ type: 'integer' })
  totalSeries!: number;

  @ApiProperty({ type: 'integer' })
  totalChannels!: number;

  @ApiProperty({ type: 'integer', description: 'Since the version before.' })
  newItemsAdded!: number;

  @ApiProperty({ type: 'integer', description: 'Since the version before.' })
  itemsUpdated!: number;

  @ApiProperty({ type: 'integer', description: 'Since the version before.' })
  itemsRemoved!: number;
}

export class SnapshotVersionDto implements SnapshotVersionView {
  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ description: 'The newest one.' })
  current!: boolean;

  @ApiProperty({ description: 'Served in the place of the newest one, until the pin is lifted.' })
  pinned!: boolean;

  @ApiProperty({ type: 'integer', nullable: true, description: POSITION_DESCRIPTION })
  asOfSeq!: number | null;

  @ApiProperty({ format: 'date-time' })
  generatedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When a sync last found nothing to change.' })
  confirmedAt!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, description: 'Scopes whose last run was not complete.' })
  incompleteScopes!: Scope[];

  @ApiProperty({ type: SnapshotStatsDto })
  stats!: SnapshotStatsDto;

  @ApiProperty({ type: 'integer', description: 'Bytes of the whole document, gzip.' })
  compressedBytes!: number;

  @ApiProperty({ type: 'integer', description: 'Bytes of the whole document, plain.' })
  plainBytes!: number;
}

export class SnapshotListDto {
  @ApiProperty({ type: [SnapshotVersionDto], description: 'Newest first.' })
  snapshots!: SnapshotVersionDto[];
}
