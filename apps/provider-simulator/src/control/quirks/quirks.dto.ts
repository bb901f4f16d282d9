import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import type { QuirkPatch } from '../../quirks/quirks.js';
import { AccessDto, AccountQuirksDto, LimitsDto, TransportDto } from './access.dto.js';
import { ListedDto, ListingDto, SeriesDto } from './listing.dto.js';
import { PlaylistDto } from './playlist.dto.js';
import { RowsDto } from './rows.dto.js';

/** Groups of quirks to set, each as a whole; null takes a group back. See src/quirks for the meaning of each. */
export class QuirksDto implements QuirkPatch {
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(600_000)
  latencyMs?: number | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => ListedDto)
  listed?: ListedDto | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => ListingDto)
  listing?: ListingDto | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => SeriesDto)
  series?: SeriesDto | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => RowsDto)
  rows?: RowsDto | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => AccessDto)
  access?: AccessDto | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => AccountQuirksDto)
  account?: AccountQuirksDto | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => LimitsDto)
  limits?: LimitsDto | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => TransportDto)
  transport?: TransportDto | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => PlaylistDto)
  playlist?: PlaylistDto | null;
}
