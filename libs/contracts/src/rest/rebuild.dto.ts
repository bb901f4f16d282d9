import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { DifferenceCounts, Rebuild, RebuildReport } from '../rebuild.js';

const REBUILD_STATES = ['running', 'done', 'failed'] as const satisfies Rebuild['state'][];

export class DifferenceCountsDto implements DifferenceCounts {
  @ApiProperty({ type: 'integer', description: 'The log has them, the live catalogue had not.' })
  missing!: number;

  @ApiProperty({ type: 'integer', description: 'The live catalogue had them, the log has not.' })
  surplus!: number;

  @ApiProperty({ type: 'integer' })
  different!: number;
}

export class RebuildChecksumsDto {
  @ApiProperty({ example: '0f3a91c4' })
  served!: string;

  @ApiProperty({ example: '0f3a91c4' })
  rebuilt!: string;
}

export class RebuildReportDto implements RebuildReport {
  @ApiProperty({ description: 'Nothing differed, and nothing was changed.' })
  equal!: boolean;

  @ApiProperty({ type: 'integer', description: 'The position of the log that was rebuilt.' })
  events!: number;

  @ApiProperty({ type: DifferenceCountsDto })
  items!: DifferenceCountsDto;

  @ApiProperty({ type: DifferenceCountsDto })
  categories!: DifferenceCountsDto;

  @ApiProperty({ type: 'integer', description: 'Rows that items are found by which were wrong.' })
  searchRows!: number;

  @ApiProperty({
    type: [String],
    description: 'Ids of items and categories that differed, the first hundred.',
  })
  examples!: string[];

  @ApiProperty({
    type: RebuildChecksumsDto,
    description: 'CRC-32 of the newest document behind its head, as it was and as it was built anew.',
  })
  checksums!: RebuildChecksumsDto;

  @ApiPropertyOptional({ type: 'integer', description: 'Sealed in the place of a version that was wrong.' })
  newVersion?: number;
}

export class RebuildDto implements Rebuild {
  @ApiProperty({ enum: REBUILD_STATES })
  state!: Rebuild['state'];

  @ApiProperty({ type: 'integer' })
  eventsRead!: number;

  @ApiProperty({ type: 'integer' })
  eventsTotal!: number;

  @ApiProperty({ format: 'date-time' })
  startedAt!: string;

  @ApiPropertyOptional({ type: RebuildReportDto, description: 'What it found, when it is done.' })
  report?: RebuildReportDto;

  @ApiPropertyOptional({ description: 'Why it failed.' })
  reason?: string;
}

export class LastRebuildDto {
  @ApiPropertyOptional({ type: RebuildDto, description: 'Absent when there was none.' })
  rebuild?: RebuildDto;
}
