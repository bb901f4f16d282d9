import { Type } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { LOG_LEVELS, type LogLevel } from '@catalogue-sync/observability';

/** What every service reads from its environment; extend it with the service's own variables. */
export class BaseConfig {
  /** Postgres URL. It carries a password, so `DATABASE_URL_FILE` may name a file that holds it. */
  @Matches(/^postgres(ql)?:\/\/\S+$/, {
    message: 'DATABASE_URL must be a Postgres URL, such as postgres://user@host:5432/database',
  })
  DATABASE_URL!: string;

  /** NATS URLs, separated by commas. */
  @Matches(/^(nats|tls):\/\/[^\s,]+(,(nats|tls):\/\/[^\s,]+)*$/, {
    message: 'NATS_URL must be one or more NATS URLs separated by commas, such as nats://127.0.0.1:4222',
  })
  NATS_URL!: string;

  @IsIn(LOG_LEVELS)
  LOG_LEVEL: LogLevel = 'info';

  /** Names this process as a holder of leases: no two replicas may share it. Default: service, host and pid. */
  @IsString()
  @IsNotEmpty()
  REPLICA_NAME!: string;

  /** Port of the health server; 0 takes any free one; absent: none is started. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  HEALTH_PORT?: number;

  /** Where the health server listens; containers set 0.0.0.0. */
  @IsString()
  @IsNotEmpty()
  HEALTH_HOST: string = '127.0.0.1';

  /** How long a lease lasts without renewal, ms. */
  @Type(() => Number)
  @IsInt()
  @Min(500)
  @Max(600_000)
  LEASE_TTL_MS: number = 10_000;
}
