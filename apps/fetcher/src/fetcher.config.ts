import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsString, Matches, Max, Min } from 'class-validator';
import { BaseConfig } from '@catalogue-sync/hosting';

/** What the fetcher reads from its environment. */
export class FetcherConfig extends BaseConfig {
  /** 32 bytes as base64: what provider connections are encrypted with. Losing it loses them. `CREDENTIALS_KEY_FILE` may name a file. */
  @Matches(/^[A-Za-z0-9+/]{43}=$/, {
    message:
      'CREDENTIALS_KEY must be 32 random bytes as base64: make one with `openssl rand -base64 32` and keep it',
  })
  CREDENTIALS_KEY!: string;

  /** Folder for provider answers on their way through; made when missing. */
  @IsString()
  @IsNotEmpty()
  SPOOL_DIR!: string;

  /** Jobs that one replica fetches at once. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(256)
  MAX_CONCURRENT_SYNCS: number = 4;
}
