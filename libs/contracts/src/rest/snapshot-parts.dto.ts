import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Min } from 'class-validator';
import { ITEM_KINDS, type ItemKind } from '../item.js';
import { IntegerText, IsLine, Omittable } from './field-rules.js';
import { ProviderParams } from './paging.dto.js';
import { SnapshotQuery, POSITION_DESCRIPTION } from './snapshot.dto.js';

const ITEM = { type: 'object', additionalProperties: true } as const;

export class CategoryParams extends ProviderParams {
  @ApiProperty({ example: 'vod:12', description: "A category's id, or `none`." })
  @IsLine(1, 220)
  categoryId!: string;
}

export class CategoryDocumentQuery extends SnapshotQuery {
  @ApiPropertyOptional({ enum: ITEM_KINDS, description: 'Only items of this kind.' })
  @Omittable()
  @IsIn(ITEM_KINDS, { message: 'Give channel, movie or series.' })
  kind?: ItemKind;
}

export class ChangesQuery {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The version that you have.' })
  @IntegerText()
  @IsInt({ message: 'Give the number of a kept version.' })
  @Min(1, { message: 'Give the number of a kept version.' })
  from!: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'The version that you want; when absent the one that is served.',
  })
  @Omittable()
  @IntegerText()
  @IsInt({ message: 'Give the number of a kept version.' })
  @Min(1, { message: 'Give the number of a kept version.' })
  to?: number;
}

export class SnapshotCategoryDto {
  @ApiProperty({ example: '1.0', description: "The format's version." })
  version!: string;

  @ApiProperty({ type: 'integer' })
  snapshotVersion!: number;

  @ApiProperty()
  providerId!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: POSITION_DESCRIPTION })
  asOfSeq!: number | null;

  @ApiPropertyOptional({ description: 'Item image paths are relative to it.' })
  imageBaseUrl?: string;

  @ApiProperty()
  categoryId!: string;

  @ApiPropertyOptional({ ...ITEM, description: 'Absent when the provider does not name it.' })
  category?: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'array', items: ITEM, description: 'Absent when another kind is asked for.' })
  movies?: Record<string, unknown>[];

  @ApiPropertyOptional({ type: [String], description: 'Of all that are in it; absent for `none`.' })
  movieIds?: string[];

  @ApiPropertyOptional({ type: 'array', items: ITEM, description: 'Absent when another kind is asked for.' })
  series?: Record<string, unknown>[];

  @ApiPropertyOptional({ type: [String] })
  seriesIds?: string[];

  @ApiPropertyOptional({ type: 'array', items: ITEM, description: 'Absent when another kind is asked for.' })
  channels?: Record<string, unknown>[];

  @ApiPropertyOptional({ type: [String] })
  channelIds?: string[];
}

export class ChangeListDto {
  @ApiProperty({ type: 'array', items: ITEM, description: 'Whole, as the newer version has them.' })
  added!: Record<string, unknown>[];

  @ApiProperty({ type: 'array', items: ITEM, description: 'Whole, as the newer version has them.' })
  updated!: Record<string, unknown>[];

  @ApiProperty({ type: [String], description: 'Ids.' })
  removed!: string[];
}

export class SnapshotChangesDto {
  @ApiProperty({ example: '1.0', description: "The format's version." })
  version!: string;

  @ApiProperty()
  providerId!: string;

  @ApiProperty({ type: 'integer' })
  from!: number;

  @ApiProperty({ type: 'integer' })
  to!: number;

  @ApiProperty({ type: 'integer', description: 'The event position of `from`.' })
  fromSeq!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The event position of `to`: tail from asOfSeq + 1. Null while that version is pinned.',
  })
  asOfSeq!: number | null;

  @ApiPropertyOptional({ description: 'Item image paths are relative to it; that of `to`.' })
  imageBaseUrl?: string;

  @ApiProperty({ type: ChangeListDto })
  categories!: ChangeListDto;

  @ApiProperty({ type: ChangeListDto })
  items!: ChangeListDto;
}
