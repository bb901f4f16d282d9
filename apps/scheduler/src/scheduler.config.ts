import { Type } from 'class-transformer';
import { IsInt, IsTimeZone, Max, Min } from 'class-validator';
import { BaseConfig } from '@catalogue-sync/hosting';

/** The scheduler's settings. */
export class SchedulerConfig extends BaseConfig {
  /** Where it is 03:00 for the schedule that a new provider gets: a time zone of the IANA database. */
  @IsTimeZone({ message: 'DEFAULT_TIME_ZONE must be a time zone of the IANA database, such as Europe/Paris' })
  DEFAULT_TIME_ZONE: string = 'UTC';

  /** How often due times are looked for, ms. */
  @Type(() => Number)
  @IsInt()
  @Min(20)
  @Max(60_000)
  LOOK_EVERY_MS: number = 1_000;

  /** How often the providers are listed, ms. */
  @Type(() => Number)
  @IsInt()
  @Min(20)
  @Max(3_600_000)
  PROVIDERS_EVERY_MS: number = 15_000;
}
