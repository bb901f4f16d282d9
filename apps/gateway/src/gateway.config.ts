import { BaseConfig } from '@catalogue-sync/hosting';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, Min, MinLength } from 'class-validator';
import { ADMIN_KEY_CHARACTERS } from './access/admin-key.js';

/** Environment of the gateway. `DATABASE_URL` is that of the read-only role. */
export class GatewayConfig extends BaseConfig {
  /** That of the role which owns the schema `gateway`: keys, sessions, audit log. */
  @Matches(/^postgres(ql)?:\/\/\S+$/, {
    message: 'OWN_DATABASE_URL must be a Postgres URL of the role that owns the schema "gateway"',
  })
  OWN_DATABASE_URL!: string;

  /** A key that may do everything, to make the first keys with. Whoever holds a key with the scope `admin` can do without it. */
  @IsOptional()
  @MinLength(ADMIN_KEY_CHARACTERS, {
    message: `ADMIN_KEY must have at least ${ADMIN_KEY_CHARACTERS} characters, such as those of: openssl rand -base64 32`,
  })
  @Matches(/^\S+$/, { message: 'ADMIN_KEY must not contain blanks' })
  ADMIN_KEY?: string;

  @IsString()
  @MinLength(1)
  HOST: string = '127.0.0.1';

  /** 0 takes any free port. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT: number = 3000;

  /** Requests that one caller may send from one address to this replica, a second, with bursts of ten times as many; 0: any number. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  CALLER_REQUESTS_PER_SECOND: number = 500;

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

  /** Folder of the built dashboard, served at `/`; absent: the gateway has its API only. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  DASHBOARD_DIR?: string;

  /** Where a demo provider takes orders: scheme, host and port. Absent: there is no demo. */
  @IsOptional()
  @Matches(/^https?:\/\/[^/\s]+$/, {
    message: 'DEMO_CONTROL_URL must be scheme, host and port, such as http://127.0.0.1:4080',
  })
  DEMO_CONTROL_URL?: string;
}
