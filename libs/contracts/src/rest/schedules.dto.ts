import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import type { Schedule, SchedulePreview, ScheduleSettings, ScheduleSuggestion } from '../schedules.js';
import { SYNC_MODES, type SyncMode } from '../scope.js';
import { IsLine, IsTimeZoneName, Omittable, Trimmed } from './field-rules.js';
import { ProviderParams } from './paging.dto.js';

const MODES = ['auto', ...SYNC_MODES] as const;
const JITTER_MESSAGE = { message: 'Give a whole number of seconds from 0 to 3600.' };
const COUNT_MESSAGE = { message: 'Give a whole number from 1 to 50.' };
const CRON = {
  description: 'Five fields: minute, hour, day of month, month, day of week.',
  example: '0 3 * * *',
};
const TIME_ZONE = {
  description: 'Of the IANA database: whose clocks `cron` is read on.',
  example: 'Europe/Paris',
};

export class ScheduleParams extends ProviderParams {
  @ApiProperty({ format: 'uuid' })
  @Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, {
    message: "A schedule's id is a UUID in lower case.",
  })
  schedule!: string;
}

class ScheduleChoices implements Partial<ScheduleSettings> {
  @ApiPropertyOptional(TIME_ZONE)
  @Omittable()
  @IsTimeZoneName()
  timeZone?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 3600,
    description: 'A run starts up to so many seconds late, at random.',
  })
  @Omittable()
  @IsInt(JITTER_MESSAGE)
  @Min(0, JITTER_MESSAGE)
  @Max(3600, JITTER_MESSAGE)
  jitterSeconds?: number;

  @ApiPropertyOptional({ enum: MODES, description: '`auto` picks one per scope.' })
  @Omittable()
  @IsIn(MODES, { message: `Give one of ${MODES.join(', ')}.` })
  mode?: SyncMode | 'auto';

  @ApiPropertyOptional({ description: 'A run that is overdue when it is paused is given up.' })
  @Omittable()
  @IsBoolean({ message: 'Give true or false.' })
  paused?: boolean;
}

/** Left out: UTC, no jitter, `auto`, not paused. */
export class CreateScheduleBody extends ScheduleChoices {
  @ApiProperty(CRON)
  @Trimmed()
  @IsLine(1, 100)
  cron!: string;
}

/** What is left out stays as it is. */
export class UpdateScheduleBody extends ScheduleChoices {
  @ApiPropertyOptional(CRON)
  @Omittable()
  @Trimmed()
  @IsLine(1, 100)
  cron?: string;
}

export class PreviewScheduleBody {
  @ApiProperty(CRON)
  @Trimmed()
  @IsLine(1, 100)
  cron!: string;

  @ApiPropertyOptional({ ...TIME_ZONE, default: 'UTC' })
  @Omittable()
  @IsTimeZoneName()
  timeZone: string = 'UTC';

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 50, default: 5 })
  @Omittable()
  @IsInt(COUNT_MESSAGE)
  @Min(1, COUNT_MESSAGE)
  @Max(50, COUNT_MESSAGE)
  count: number = 5;
}

export class ScheduleDto implements Schedule {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty(CRON)
  cron!: string;

  @ApiProperty(TIME_ZONE)
  timeZone!: string;

  @ApiProperty({ type: 'integer', description: 'A run starts up to so many seconds late, at random.' })
  jitterSeconds!: number;

  @ApiProperty({ enum: MODES })
  mode!: SyncMode | 'auto';

  @ApiProperty()
  paused!: boolean;

  @ApiProperty({ example: 'At 03:00, every day (Europe/Paris)' })
  words!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Absent while it is paused.' })
  nextRunAt?: string;

  @ApiPropertyOptional({
    description: 'Why it was paused by itself: its due times could not be told any more. A change clears it.',
  })
  fault?: string;
}

export class ScheduleListDto {
  @ApiProperty({ type: [ScheduleDto], description: 'Oldest first; 50 at most.' })
  schedules!: ScheduleDto[];
}

export class SchedulePreviewDto implements SchedulePreview {
  @ApiProperty({ example: 'At 03:00, every day (Europe/Paris)' })
  words!: string;

  @ApiProperty({ type: [String], description: 'ISO 8601, the next one first.' })
  nextRuns!: string[];
}

export class ScheduleSuggestionDto implements ScheduleSuggestion {
  @ApiPropertyOptional({
    type: 'integer',
    description: 'Time between changes at the provider, ms; absent while too little is known.',
  })
  intervalMs?: number;

  @ApiPropertyOptional({ description: 'The schedule that comes nearest to it.', example: '0 */6 * * *' })
  cron?: string;

  @ApiPropertyOptional()
  words?: string;

  @ApiProperty({ type: 'integer', description: 'Syncs that it was judged by.' })
  syncs!: number;

  @ApiProperty({ type: 'integer', description: 'Those of them that found a change.' })
  changed!: number;
}
