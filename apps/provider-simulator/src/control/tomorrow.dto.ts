import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import { MAX_ITEMS_PER_KIND } from '../catalogue/catalogue-config.js';

/** How many items the next version changes; all of them are different ones. See UpheavalRequest for the rarer changes. */
export class TomorrowDto {
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  add: number = 0;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  edit: number = 0;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  remove: number = 0;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  move: number = 0;

  @IsOptional()
  @ArrayNotEmpty()
  @IsIn(ITEM_KINDS, { each: true })
  kinds?: ItemKind[];

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  reenable?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  reuse?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  retype?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  newEpisode?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  dropEpisode?: number;

  @IsOptional()
  @IsBoolean()
  bump?: boolean;

  @IsOptional()
  @ArrayMaxSize(10_000)
  @Matches(/^(channel|movie|series):\d{1,16}$/, {
    each: true,
    message: 'each of removeIds must look like movie:4002',
  })
  removeIds?: string[];

  @IsOptional()
  @IsBoolean()
  renumber?: boolean;
}
