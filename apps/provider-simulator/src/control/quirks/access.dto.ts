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
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import {
  AGENT_REFUSALS,
  REFUSAL_FORMS,
  type AccessQuirks,
  type AccountQuirks,
  type LimitQuirks,
  type RefusalForm,
  type TransportQuirks,
} from '../../quirks/access.quirks.js';

const DAY_SECONDS = 86_400;

/** A short text or a number: panels send the same figure as either. */
const IsTextOrNumber = () =>
  ValidateBy({
    name: 'isTextOrNumber',
    validator: {
      validate: (value: unknown) =>
        (typeof value === 'string' && value.length <= 100) ||
        (typeof value === 'number' && Number.isFinite(value)),
      defaultMessage: () => '$property must be a number, or a text of at most 100 characters',
    },
  });

export class AccessDto implements AccessQuirks {
  @IsOptional()
  @IsIn(REFUSAL_FORMS)
  refusal?: RefusalForm;

  @IsOptional()
  @IsBoolean()
  noToken?: boolean;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  stolenAfter?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(DAY_SECONDS)
  secondSessionAfter?: number;
}

export class AccountQuirksDto implements AccountQuirks {
  @IsOptional()
  @IsString()
  @MaxLength(50)
  status?: string;

  @IsOptional()
  @IsTextOrNumber()
  expDate?: string | number | null;

  @IsOptional()
  @IsTextOrNumber()
  maxConnections?: string | number;

  @IsOptional()
  @IsIn(['refused', 'empty', 'served'])
  lists?: AccountQuirks['lists'];
}

class BanDto {
  @IsInt()
  @Min(1)
  @Max(10_000)
  afterFailures!: number;

  @IsInt()
  @Min(1)
  @Max(DAY_SECONDS)
  seconds!: number;
}

export class LimitsDto implements LimitQuirks {
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  perSecond?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  burst?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  parallel?: number;

  @IsOptional()
  @IsInt()
  @Min(400)
  @Max(999)
  code?: number;

  @IsOptional()
  @Matches(/^[\x20-\x7e]{1,100}$/, { message: 'retryAfter must be seconds or an HTTP date' })
  retryAfter?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => BanDto)
  ban?: BanDto;
}

class UserAgentDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  contains!: string;

  @IsBoolean()
  allowed!: boolean;

  @IsIn(AGENT_REFUSALS)
  refusal!: (typeof AGENT_REFUSALS)[number];
}

export class TransportDto implements TransportQuirks {
  @IsOptional()
  @IsIn(['asked', 'always', 'unlabelled'])
  gzip?: TransportQuirks['gzip'];

  @IsOptional()
  @ValidateNested()
  @Type(() => UserAgentDto)
  userAgent?: UserAgentDto;
}
