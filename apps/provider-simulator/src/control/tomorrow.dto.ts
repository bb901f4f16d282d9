import { ArrayNotEmpty, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import { MAX_ITEMS_PER_KIND } from '../catalogue/catalogue-config.js';

/** How many items the next version changes; all of them are different ones. */
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
}
