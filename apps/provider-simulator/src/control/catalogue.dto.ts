import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { MAX_ITEMS_PER_KIND, PROFILES, type Profile } from '../catalogue/catalogue-config.js';

/** Names stand in paths beside `control`; clients take a last segment `c` for the portal's page, not for a name. */
export const CATALOGUE_NAME = /^(?!(control|c)$)[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

export class AccountDto {
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  username?: string;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  password?: string;

  @IsOptional()
  @Matches(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/, { message: 'mac must look like 00:1A:79:00:00:01' })
  mac?: string;
}

/** How a catalogue is made; see CatalogueConfig for the meaning of each field. */
export class CatalogueDto {
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(0xffff_ffff)
  seed?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  movies?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  series?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_ITEMS_PER_KIND)
  channels?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  vodCategories?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  seriesCategories?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  liveCategories?: number;

  @IsOptional()
  @IsIn(PROFILES)
  profile?: Profile;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  pageSize?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(600_000)
  latencyMs?: number;

  /** Unix seconds. */
  @IsOptional()
  @IsInt()
  @Min(946_684_800)
  @Max(2_000_000_000)
  epoch?: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => AccountDto)
  account?: AccountDto;

  @IsOptional()
  @IsBoolean()
  pinDevice?: boolean;

  @IsOptional()
  @IsBoolean()
  requireLogin?: boolean;
}

/** A creation body that also names the catalogue, as `SIMULATOR_CATALOGUES` lists them. */
export class NamedCatalogueDto extends CatalogueDto {
  @Matches(CATALOGUE_NAME, { message: 'name must be letters, digits, "-" or "_", and not "control" or "c"' })
  name!: string;
}
