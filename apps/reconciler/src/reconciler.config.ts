import { BaseConfig } from '@catalogue-sync/hosting';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** The reconciler's settings. */
export class ReconcilerConfig extends BaseConfig {
  /** How often every provider's tail in JetStream is compared with the log, ms. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(3_600_000)
  RELAY_SWEEP_MS: number = 15_000;

  /** Superseded events are kept so many days. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(36_500)
  LOG_KEEP_DAYS: number = 30;

  /** How often logs are looked through for superseded events, ms. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(86_400_000)
  LOG_TRIM_EVERY_MS: number = 3_600_000;
}
