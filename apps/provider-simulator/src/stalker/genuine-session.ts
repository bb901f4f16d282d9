import type { CatalogueConfig } from '../catalogue/catalogue-config.js';
import { refused } from '../access/refusals.js';
import { hexText, mix, mixText } from '../catalogue/seeded.js';
import { textAnswer, type Answer } from '../server/answer.js';
import { bearerToken, cookie, type ProviderRequest } from '../server/provider-request.js';
import { envelopeOf } from './envelope.js';
import type { StalkerSession } from './stalker-session.js';

/** Tokens handed out and not yet activated that are remembered. */
const PENDING_TOKENS = 32;

/**
 * A real Ministra portal: a token counts once `get_profile` was called with it, a handshake with the current token gives it back, and
 * refusals are plain text with status 200.
 */
export class GenuineSession implements StalkerSession {
  readonly #tokenSeed: number;
  #pending: string[] = [];
  #active: string | undefined;
  #issued = 0;
  #device: string | undefined;
  #loggedIn = false;

  constructor(private readonly config: CatalogueConfig) {
    this.#tokenSeed = mixText(config.seed, `${config.name} token`);
  }

  handshake(request: ProviderRequest): Answer {
    const presented = request.query.get('token') || bearerToken(request.headers);
    if (presented !== '' && presented === this.#active && this.#isOurMac(request)) {
      return envelopeOf({ token: presented, random: this.#random() });
    }
    this.#issued += 1;
    const token = hexText(mix(this.#tokenSeed, this.#issued), 32).toUpperCase();
    this.#pending = [...this.#pending, token].slice(-PENDING_TOKENS);
    return envelopeOf({ token, random: this.#random() });
  }

  getProfile(request: ProviderRequest): Answer {
    if (!/^00:1A:79(:[0-9A-F]{2}){3}$/.test(this.#mac(request))) return refused(envelopeOf({ status: 1 }));
    if (!this.#isOurMac(request)) return this.#blocked('Device is not registered');
    if (!this.#sameDevice(request)) return this.#blocked('device conflict - device_id mismatch');
    if (this.config.requireLogin && !this.#loggedIn) return envelopeOf({ status: 2, msg: 'Login required' });
    const token = bearerToken(request.headers);
    if (token !== this.#active && !this.#pending.includes(token)) return this.#blocked('Token is not known');
    this.#active = token;
    return envelopeOf(this.#profile());
  }

  doAuth(request: ProviderRequest): Answer {
    const { username, password } = this.config.account;
    this.#loggedIn =
      this.#isOurMac(request) &&
      request.query.get('login') === username &&
      request.query.get('password') === password;
    return this.#loggedIn ? envelopeOf(true) : refused(envelopeOf(false));
  }

  isOpen(request: ProviderRequest): boolean {
    return (
      this.#active !== undefined && bearerToken(request.headers) === this.#active && this.#isOurMac(request)
    );
  }

  refusal(): Answer {
    return textAnswer('Authorization failed.');
  }

  end(): void {
    this.#active = undefined;
    this.#pending = [];
  }

  #profile(): Record<string, unknown> {
    return {
      id: '17',
      name: '',
      sname: '',
      pass: '',
      status: 0,
      mac: this.config.account.mac,
      login: this.config.account.username,
      stb_type: 'MAG250',
      locale: 'en_GB.utf8',
      default_timezone: 'UTC',
      watchdog_timeout: 120,
      timeslot: 66.6,
      max_online: '0',
      expire_billing_date: '0000-00-00 00:00:00',
      blocked: '0',
      msg: '',
      block_msg: '',
    };
  }

  /** Device ids are pinned at the first that are not empty. */
  #sameDevice(request: ProviderRequest): boolean {
    const device = `${request.query.get('device_id') ?? ''}|${request.query.get('device_id2') ?? ''}`;
    if (!this.config.pinDevice) return true;
    if (this.#device === undefined && device !== '|') this.#device = device;
    return this.#device === undefined || this.#device === device;
  }

  #blocked(message: string): Answer {
    return refused(envelopeOf({ status: 1, msg: message, block_msg: message }));
  }

  #mac(request: ProviderRequest): string {
    return (cookie(request.headers, 'mac') ?? '').toUpperCase();
  }

  #isOurMac(request: ProviderRequest): boolean {
    return this.#mac(request) === this.config.account.mac;
  }

  #random(): string {
    return hexText(mix(this.#tokenSeed, ~this.#issued), 40);
  }
}
