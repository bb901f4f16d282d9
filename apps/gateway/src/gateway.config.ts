import { BaseConfig } from '@catalogue-sync/hosting';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min, MinLength } from 'class-validator';

/** Environment of the gateway. `DATABASE_URL` is that of the read-only role. */
export class GatewayConfig extends BaseConfig {
  @IsString()
  @MinLength(1)
  HOST: string = '127.0.0.1';

  /** 0 takes any free port. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT: number = 3000;

  /** A folder on local disk for documents on their way to clients; the system's temporary folder when absent. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  SNAPSHOT_CACHE_DIR?: string;

  /** Bytes of documents kept there at most. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  SNAPSHOT_CACHE_BYTES: number = 1_073_741_824;
}
