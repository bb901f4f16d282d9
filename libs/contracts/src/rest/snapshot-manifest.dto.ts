import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Matches, Max, Min } from 'class-validator';
import { ITEM_KINDS, type ItemKind } from '../item.js';
import { IntegerText, Omittable } from './field-rules.js';
import { ProviderParams } from './paging.dto.js';
import { SnapshotQuery, SnapshotVersionDto } from './snapshot.dto.js';

const MAX_SEGMENTS = 1000;

export class ManifestQuery extends SnapshotQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_SEGMENTS, default: MAX_SEGMENTS })
  @Omittable()
  @IntegerText()
  @IsInt({ message: 'Give a whole number from 1 to 1000.' })
  @Min(1, { message: 'Give a whole number from 1 to 1000.' })
  @Max(MAX_SEGMENTS, { message: 'Give a whole number from 1 to 1000.' })
  limit: number = MAX_SEGMENTS;

  @ApiPropertyOptional({ description: 'The `nextCursor` of the page before, as it was.' })
  @Omittable()
  @Matches(/^[A-Za-z0-9_-]{1,2000}$/, {
    message: 'Hand back the nextCursor of the page before, or leave it out.',
  })
  cursor?: string;
}

export class SegmentParams extends ProviderParams {
  @ApiProperty({ pattern: '^[0-9a-f]{64}$', description: 'As the manifest names it.' })
  @Matches(/^[0-9a-f]{64}$/, { message: 'Give the hash as the manifest names it: 64 hexadecimal digits.' })
  hash!: string;
}

export class SnapshotSegmentDto {
  @ApiProperty({ description: 'SHA-256 of its plain text without the brackets, hexadecimal: its name.' })
  hash!: string;

  @ApiProperty({ example: 'movies', description: 'Where it stands in the document.' })
  section!: string;

  @ApiPropertyOptional({ enum: ITEM_KINDS, description: 'Absent in the list of categories.' })
  kind?: ItemKind;

  @ApiPropertyOptional({ description: 'Absent in the list of categories, and for items without a category.' })
  category?: string;

  @ApiProperty({ type: 'integer', description: 'From 0; parts without content are left out.' })
  part!: number;

  @ApiProperty({ type: 'integer', description: 'Items, categories or item ids in it.' })
  items!: number;

  @ApiProperty({ type: 'integer' })
  compressedBytes!: number;

  @ApiProperty({ type: 'integer' })
  plainBytes!: number;
}

export class SnapshotManifestDto {
  @ApiProperty({ type: SnapshotVersionDto })
  snapshot!: SnapshotVersionDto;

  @ApiProperty({ type: [SnapshotSegmentDto], description: 'In document order.' })
  segments!: SnapshotSegmentDto[];

  @ApiPropertyOptional({ description: 'Absent on the last page.' })
  nextCursor?: string;
}
