import { Type } from 'class-transformer';
import { IsInt, Matches, Max, Min } from 'class-validator';
import { BaseConfig, ReadableBy } from '@catalogue-sync/hosting';
import { CREDENTIALS_KEYS } from '@catalogue-sync/persistence';
import { AllowedPrivateHosts } from '@catalogue-sync/providers';

/** The notifier's settings. */
export class NotifierConfig extends BaseConfig {
  /** 32 bytes as base64: what the webhooks' secrets are encrypted with. Losing it loses them. `CREDENTIALS_KEY_FILE` may name a file; several are a ring, the newest first. */
  @Matches(CREDENTIALS_KEYS, {
    message:
      'CREDENTIALS_KEY must be 32 random bytes as base64: make one with `openssl rand -base64 32` and keep it',
  })
  CREDENTIALS_KEY!: string;

  /**
   * Webhooks may lead to these hosts although they are not on the open Internet: names, addresses and networks, separated by commas. Without it
   * nobody who may add a webhook can reach into the network that we run in.
   */
  @ReadableBy((text) => AllowedPrivateHosts.parse(text), {
    message:
      'ALLOWED_PRIVATE_HOSTS must be hosts, addresses or networks separated by commas, such as hooks.lan,10.1.0.0/16',
  })
  ALLOWED_PRIVATE_HOSTS: string = '';

  /** Wait before the second attempt at a message, ms; the later ones grow from it up to a day. */
  @Type(() => Number)
  @IsInt()
  @Min(10)
  @Max(60_000)
  WEBHOOK_RETRY_MS: number = 5_000;

  /** A provider without a complete sync for so long is told of as stale, hours. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(8_760)
  STALE_AFTER_HOURS: number = 36;

  /** How often messages that are due are looked for, ms. */
  @Type(() => Number)
  @IsInt()
  @Min(20)
  @Max(60_000)
  LOOK_EVERY_MS: number = 1_000;
}
