import type { CatalogueConfig } from '../catalogue/catalogue-config.js';
import { refused } from '../access/refusals.js';
import { hexText, mix, mixText } from '../catalogue/seeded.js';
import { textAnswer, type Answer } from '../server/answer.js';
import { bearerToken, cookie, type ProviderRequest } from '../server/provider-request.js';
import { envelopeOf } from './envelope.js';
import type { StalkerSession } from './stalker-session.js';

/**
 * A panel that speaks Stalker: every handshake gives a new token, which counts at once and kills the one before, and who is not logged
 * in gets an empty body with status 200.
 */
export class PanelSession implements StalkerSession {
  readonly #tokenSeed: number;
  #active: string | undefined;
  #issued = 0;

  constructor(private readonly config: CatalogueConfig) {
    this.#tokenSeed = mixText(config.seed, `${config.name} token`);
  }

  handshake(request: ProviderRequest): Answer {
    if (!this.#isOurMac(request)) return refused(envelopeOf({ token: null }));
    this.#issued += 1;
    const bytes = Buffer.from(hexText(mix(this.#tokenSeed, this.#issued), 80), 'hex');
    this.#active = bytes.toString('base64');
    return envelopeOf({ token: this.#active });
  }

  getProfile(request: ProviderRequest): Answer {
    const open = this.isOpen(request);
    return envelopeOf({
      id: open ? 17 : 0,
      name: open ? this.config.account.mac : null,
      mac: open ? this.config.account.mac : '',
      status: open ? 0 : 1,
      stb_type: 'MAG250',
      locale: 'en_GB.utf8',
      default_timezone: 'UTC',
      watchdog_timeout: 80 + Math.floor(Math.random() * 41),
      timeslot: 90,
      max_online: 1,
      expire_billing_date: '',
      msg: '',
      block_msg: '',
    });
  }

  doAuth(): Answer {
    return envelopeOf(true);
  }

  isOpen(request: ProviderRequest): boolean {
    return (
      this.#active !== undefined && bearerToken(request.headers) === this.#active && this.#isOurMac(request)
    );
  }

  refusal(): Answer {
    return textAnswer('');
  }

  end(): void {
    this.#active = undefined;
  }

  #isOurMac(request: ProviderRequest): boolean {
    const mac = cookie(request.headers, 'mac') ?? request.query.get('mac') ?? '';
    return mac.toUpperCase() === this.config.account.mac;
  }
}
