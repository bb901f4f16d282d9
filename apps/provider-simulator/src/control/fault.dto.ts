import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
  IsNotEmptyObject,
} from 'class-validator';
import { PROTOCOLS, type Protocol } from '@catalogue-sync/contracts';
import { EFFECT_TYPES, type EffectType } from '../faults/effects/effect-table.js';

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
