import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsString, Matches, Max, Min } from 'class-validator';
import { BaseConfig, ReadableBy } from '@catalogue-sync/hosting';
import { CREDENTIALS_KEYS } from '@catalogue-sync/persistence';
import { AllowedPrivateHosts } from '@catalogue-sync/providers';

/** What the fetcher reads from its environment. */
export class FetcherConfig extends BaseConfig {
  /**
   * 32 bytes as base64: what provider connections are encrypted with. Losing it loses them. `CREDENTIALS_KEY_FILE` may name a file. Several,
   * separated by commas or line breaks, are a ring: the first one encrypts, and all of them decrypt.
   */
  @Matches(CREDENTIALS_KEYS, {
    message:
      'CREDENTIALS_KEY must be 32 random bytes as base64: make one with `openssl rand -base64 32` and keep it',
  })
  CREDENTIALS_KEY!: string;

  /** Folder for provider answers on their way through; made when missing. */
  @IsString()
  @IsNotEmpty()
  SPOOL_DIR!: string;

  /**
   * Providers may stand on these hosts although they are not on the open Internet: names, addresses and networks, separated by commas. Without it
   * nobody who may add a provider can look into the network that the fetcher runs in.
   */
  @ReadableBy((text) => AllowedPrivateHosts.parse(text), {
    message:
      'ALLOWED_PRIVATE_HOSTS must be hosts, addresses or networks separated by commas, such as portal.lan,10.1.0.0/16',
  })
  ALLOWED_PRIVATE_HOSTS: string = '';

  /** Providers that are fetched at once, over all replicas; the others wait their turn. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(256)
  MAX_CONCURRENT_SYNCS: number = 4;

  /** Longest wait before the first repeat of a failed request, ms; it doubles each time, and is ten times as long where the provider limits requests. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(60_000)
  REQUEST_RETRY_MS: number = 1_000;

  /** Pause before a scope that failed is tried again, ms; it doubles each time. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(900_000)
  SCOPE_RETRY_MS: number = 10_000;
}
