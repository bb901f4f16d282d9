import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsBoolean, IsIn, IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import {
  DATA_SHAPES,
  PAGE_SIZE_MEMBERS,
  PAST_ENDS,
  SERIES_INFOS,
  SERIES_SHAPES,
  TOTAL_TYPES,
  type ListedQuirks,
  type ListingQuirks,
  type SeriesQuirks,
} from '../../quirks/listing.quirks.js';

const MAX_PAGE = 1_000_000;

export class ListedDto implements ListedQuirks {
  @IsInt()
  @Min(0)
  @Max(100)
  percent!: number;

  @IsOptional()
  @ArrayNotEmpty()
  @IsIn(ITEM_KINDS, { each: true })
  kinds?: ItemKind[];

  @IsOptional()
  @IsIn(['[]', '{}'])
  emptyAs?: '[]' | '{}';
}

class ShortPageDto {
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE)
  page!: number;

  @IsInt()
  @Min(0)
  @Max(10_000)
  rows!: number;
}

class TiesDto {
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000_000)
  seconds?: number;

  @IsOptional()
  @IsBoolean()
  shuffle?: boolean;
}

export class ListingDto implements ListingQuirks {
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  pageSize?: number;

  @IsOptional()
  @IsIn(PAGE_SIZE_MEMBERS)
  pageSizeMember?: ListingQuirks['pageSizeMember'];

  @IsOptional()
  @IsIn(DATA_SHAPES)
  dataShape?: ListingQuirks['dataShape'];

  @IsOptional()
  @IsIn(PAST_ENDS)
  pastEnd?: ListingQuirks['pastEnd'];

  @IsOptional()
  @IsBoolean()
  ignorePage?: boolean;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE)
  repeatPage?: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => ShortPageDto)
  shortPage?: ShortPageDto;

  @IsOptional()
  @IsIn(TOTAL_TYPES)
  totalType?: ListingQuirks['totalType'];

  @IsOptional()
  @IsInt()
  @Min(-10_000_000)
  @Max(10_000_000)
  totalOffset?: number;

  @IsOptional()
  @IsInt()
  @Min(-10_000)
  @Max(10_000)
  totalDrift?: number;

  @IsOptional()
  @IsBoolean()
  ignoreSort?: boolean;

  @IsOptional()
  @ValidateNested()
  @Type(() => TiesDto)
  ties?: TiesDto;
}

export class SeriesDto implements SeriesQuirks {
  @IsOptional()
  @IsIn(SERIES_SHAPES)
  shape?: SeriesQuirks['shape'];

  @IsOptional()
  @IsIn(['composite'])
  seasonIds?: 'composite';

  @IsOptional()
  @IsIn(SERIES_INFOS)
  info?: SeriesQuirks['info'];
}
