import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
  IsNotEmptyObject,
} from 'class-validator';
import { ITEM_KINDS, PROTOCOLS, type ItemKind, type Protocol } from '@catalogue-sync/contracts';
import { EFFECT_TYPES, type EffectType } from '../faults/effects/effect-table.js';
import { REDIRECT_TARGETS } from '../faults/effects/redirect.js';
import { QuirksDto } from './quirks/quirks.dto.js';

export class FaultMatchDto {
  @IsOptional()
  @IsIn(PROTOCOLS)
  protocol?: Protocol;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  action?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  page?: number;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  category?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  nth?: number;

  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  probability?: number;
}

const of = (...types: EffectType[]) => ValidateIf((effect: FaultEffectDto) => types.includes(effect.type));

/** An effect and what it needs; see faults/effects for the meaning of each. */
export class FaultEffectDto {
  @IsIn(EFFECT_TYPES)
  type!: EffectType;

  @ValidateIf((effect: FaultEffectDto) => effect.type === 'status' || effect.code !== undefined)
  @IsInt()
  @Min(200)
  @Max(999)
  code?: number;

  @ValidateIf((effect: FaultEffectDto) => effect.type === 'text' || effect.body !== undefined)
  @IsString()
  @MaxLength(65_536)
  body?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  retryAfter?: string;

  @of('cut')
  @IsInt()
  @Min(0)
  afterBytes?: number;

  @IsOptional()
  @IsBoolean()
  clean?: boolean;

  @of('drip')
  @IsInt()
  @Min(1)
  bytesPerSecond?: number;

  @of('delay')
  @IsInt()
  @Min(0)
  @Max(600_000)
  ms?: number;

  @ValidateIf((effect: FaultEffectDto) => effect.type === 'redirect' && effect.location === undefined)
  @IsIn(REDIRECT_TARGETS)
  to?: (typeof REDIRECT_TARGETS)[number];

  @IsOptional()
  @Matches(/^[\x20-\x7e]{0,2000}$/, { message: 'location must be at most 2000 plain characters' })
  location?: string;

  @of('wrong-length')
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  length?: number;

  @of('gzip-bomb')
  @IsInt()
  @Min(2)
  @Max(1_000_000_000_000)
  bytes?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100_000)
  add?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(10_000)
  remove?: number;

  @IsOptional()
  @ArrayNotEmpty()
  @IsIn(ITEM_KINDS, { each: true })
  kinds?: ItemKind[];

  @of('quirks')
  @IsNotEmptyObject(
    { nullable: true },
    { message: 'set must name quirks, such as {"listing":{"ignoreSort":true}}' },
  )
  @ValidateNested()
  @Type(() => QuirksDto)
  set?: QuirksDto;
}

/** A rule: which requests, how often, what happens to them. */
export class FaultDto {
  @IsOptional()
  @ValidateNested()
  @Type(() => FaultMatchDto)
  match?: FaultMatchDto;

  @IsOptional()
  @IsInt()
  @Min(1)
  times?: number;

  @IsNotEmptyObject(
    { nullable: true },
    { message: 'effect must say what happens, such as {"type":"status","code":503}' },
  )
  @ValidateNested()
  @Type(() => FaultEffectDto)
  effect!: FaultEffectDto;
}
