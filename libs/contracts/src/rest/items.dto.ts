import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { ITEM_KINDS, type ItemKind } from '../item.js';
import { CatalogueEventDto } from './events.dto.js';
import { IntegerText, IsLine, Omittable } from './field-rules.js';
import { PageQuery, ProviderParams } from './paging.dto.js';
import { POSITION_DESCRIPTION } from './snapshot.dto.js';

const ITEM = { type: 'object', additionalProperties: true } as const;

/** A minus sorts downwards. Names are compared without regard to case, accents and signs in front. */
export const ITEM_ORDERS = ['name', '-name', 'added', '-added'] as const;
export type ItemOrder = (typeof ITEM_ORDERS)[number];

export class ItemsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ITEM_KINDS })
  @Omittable()
  @IsIn(ITEM_KINDS, { message: 'Give channel, movie or series.' })
  kind?: ItemKind;

  @ApiPropertyOptional({ description: "A category's id, or `none` for items without one." })
  @Omittable()
  @IsLine(1, 220)
  category?: string;

  @ApiPropertyOptional({
    description:
      'Words of the name or the original name, by their beginnings; case and accents do not count.',
    example: 'amel dest',
  })
  @Omittable()
  @Matches(/[\p{L}\p{N}]/u, { message: 'Give at least one letter or digit.' })
  @IsLine(1, 200)
  q?: string;

  @ApiPropertyOptional({ description: 'A genre as items name it; case and accents do not count.' })
  @Omittable()
  @IsLine(1, 200)
  genre?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1870,
    maximum: 2199,
    description: 'First year of release.',
  })
  @Omittable()
  @IntegerText()
  @IsInt({ message: 'Give a year from 1870 to 2199.' })
  @Min(1870, { message: 'Give a year from 1870 to 2199.' })
  @Max(2199, { message: 'Give a year from 1870 to 2199.' })
  year?: number;

  @ApiPropertyOptional({
    enum: ITEM_ORDERS,
    default: 'name',
    description:
      'By name, without regard to signs in front of it, or by when the provider says it was added or else modified; a minus sorts downwards.',
  })
  @Omittable()
  @IsIn(ITEM_ORDERS, { message: `Give one of ${ITEM_ORDERS.join(', ')}.` })
  sort: ItemOrder = 'name';

  /** Names and ids stand in it. */
  @ApiPropertyOptional({ description: 'The `nextCursor` of the page before, as it was.' })
  @Omittable()
  @Matches(/^[A-Za-z0-9_-]{1,4000}$/, {
    message: 'Hand back the nextCursor of the page before, or leave it out.',
  })
  override cursor?: string;
}

export class ItemPageDto {
  @ApiProperty({ type: 'array', items: ITEM, description: 'Whole items, as events and snapshots have them.' })
  items!: Record<string, unknown>[];

  @ApiPropertyOptional({ description: 'Absent on the last page.' })
  nextCursor?: string;
}

export class ItemParams extends ProviderParams {
  @ApiProperty({ example: 'movie:4711' })
  @IsLine(1, 220)
  itemId!: string;
}

export class ItemHistoryDto {
  @ApiPropertyOptional({ ...ITEM, description: 'As it stands now; absent when it was removed.' })
  item?: Record<string, unknown>;

  @ApiProperty({
    type: [CatalogueEventDto],
    description: 'Its events, the newest first, at most 50; those that were trimmed are gone.',
  })
  history!: CatalogueEventDto[];
}

export class ItemCountsDto {
  @ApiProperty({ type: 'integer' })
  channel!: number;

  @ApiProperty({ type: 'integer' })
  movie!: number;

  @ApiProperty({ type: 'integer' })
  series!: number;
}

export class CategoryCountDto {
  @ApiProperty({ example: 'vod:12', description: '`none` counts the items without a category.' })
  id!: string;

  @ApiPropertyOptional({ ...ITEM, description: 'Absent when the provider does not name it.' })
  category?: Record<string, unknown>;

  @ApiProperty({
    type: ItemCountsDto,
    description: 'Items in it, also where it is not their first category.',
  })
  counts!: ItemCountsDto;
}

export class CategoryListDto {
  @ApiProperty({ type: 'integer' })
  snapshotVersion!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: POSITION_DESCRIPTION })
  asOfSeq!: number | null;

  @ApiProperty({ type: [CategoryCountDto] })
  categories!: CategoryCountDto[];
}
