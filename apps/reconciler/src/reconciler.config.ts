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
}
