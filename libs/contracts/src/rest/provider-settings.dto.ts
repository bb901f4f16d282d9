import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsNumber, Max, Min } from 'class-validator';
import type { ProviderSettings } from '../provider.js';
import { Omittable } from './field-rules.js';

/** Settings that a body may change; what is absent stays as it is, or takes the protocol's default. */
export class ProviderSettingsDto implements Partial<ProviderSettings> {
  @ApiPropertyOptional({ minimum: 0.01, maximum: 100_000, description: 'Requests per second at most.' })
  @Omittable()
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0.01)
  @Max(100_000)
  requestsPerSecond?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 64, description: 'Requests at once at most.' })
  @Omittable()
  @IsInt()
  @Min(1)
  @Max(64)
  parallelRequests?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 10,
    description: 'Complete runs in a row that must miss an item before it is removed.',
  })
  @Omittable()
  @IsInt()
  @Min(1)
  @Max(10)
  removalConfirmations?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    description:
      "Percent of a kind's items that one sync removes without asking; up to 50 items it always does. More is held.",
  })
  @Omittable()
  @IsInt()
  @Min(1)
  @Max(100)
  removalGuardPercent?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    description: 'The same for all that is removed within seven days.',
  })
  @Omittable()
  @IsInt()
  @Min(1)
  @Max(100)
  removalGuardWeekPercent?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 100,
    maximum: 600_000,
    description: 'A body that sends nothing for this long is given up, milliseconds.',
  })
  @Omittable()
  @IsInt()
  @Min(100)
  @Max(600_000)
  idleTimeoutMs?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1_000,
    maximum: 20_000_000_000,
    description: 'Bytes of one provider answer at most, after decompression.',
  })
  @Omittable()
  @IsInt()
  @Min(1_000)
  @Max(20_000_000_000)
  maxBodyBytes?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 8_760,
    description: 'After so many hours a scope is read in full again.',
  })
  @Omittable()
  @IsInt()
  @Min(1)
  @Max(8_760)
  fullEveryHours?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 10,
    description: 'Tries of a scope within one job, the first one included.',
  })
  @Omittable()
  @IsInt()
  @Min(1)
  @Max(10)
  scopeAttempts?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 10_080,
    description: 'A job that still fetches after so many minutes is ended.',
  })
  @Omittable()
  @IsInt()
  @Min(1)
  @Max(10_080)
  jobDeadlineMinutes?: number;
}

/** The settings in force. */
export class ProviderSettingsView implements ProviderSettings {
  @ApiProperty({ description: 'Requests per second at most.' })
  requestsPerSecond!: number;

  @ApiProperty({ type: 'integer', description: 'Requests at once at most.' })
  parallelRequests!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Complete runs in a row that must miss an item before it is removed.',
  })
  removalConfirmations!: number;

  @ApiProperty({
    type: 'integer',
    description:
      "Percent of a kind's items that one sync removes without asking; up to 50 items it always does. More is held.",
  })
  removalGuardPercent!: number;

  @ApiProperty({
    type: 'integer',
    description: 'The same for all that is removed within seven days.',
  })
  removalGuardWeekPercent!: number;

  @ApiProperty({
    type: 'integer',
    description: 'A body that sends nothing for this long is given up, milliseconds.',
  })
  idleTimeoutMs!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Bytes of one provider answer at most, after decompression.',
  })
  maxBodyBytes!: number;

  @ApiProperty({ type: 'integer', description: 'After so many hours a scope is read in full again.' })
  fullEveryHours!: number;

  @ApiProperty({ type: 'integer', description: 'Tries of a scope within one job, the first one included.' })
  scopeAttempts!: number;

  @ApiProperty({ type: 'integer', description: 'A job that still fetches after so many minutes is ended.' })
  jobDeadlineMinutes!: number;
}
