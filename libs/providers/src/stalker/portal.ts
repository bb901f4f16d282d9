import {
  CatalogueSyncError,
  ERROR_CODE,
  type ConnectionReport,
  type StalkerConnection,
} from '@catalogue-sync/contracts';
import { readTimestamp, toInteger, toText } from '@catalogue-sync/catalogue';
import type { DownloadTarget, ProviderHttp } from '../http/provider-http.js';
import { RequestFailure } from '../http/request-failure.js';
import { readAnswer, StalkerAuthFailure } from './answer.js';
import { PortalCookies } from './cookies.js';
import { portalPage } from './endpoint.js';
import { holdSession, releaseSession, type StalkerSession } from './session.js';

type Params = Record<string, string | number>;

/** What a MAG 250 says of itself; portals refuse players older than 0x566. */
const BOX_VERSION =
  'ImageDescription: 0.2.18-r23-250; ImageDate: Wed Aug 29 10:49:53 EEST 2018; PORTAL version: 5.6.1; API Version: JS API version: 343; STB API version: 146; Player Engine version: 0x58c';
const FAR_FUTURE_MS = 100 * 366 * 86_400_000;

export type StalkerAccount = NonNullable<ConnectionReport['account']>;

/**
 * Calls to one endpoint as a box makes them: headers, cookies, session. A call that finds the session lost logs in again and is repeated
 * exactly once.
 */
export class StalkerPortal {
  readonly page: URL;
  account: StalkerAccount | undefined;
  private readonly cookies: PortalCookies;
  private readonly session: StalkerSession;
  private readonly sessionKey: string;
  private readonly mac: string;
  private token = '';
  /** Some portals see the MAC only in the query, and answer with nothing otherwise. */
  private macInQuery = false;

  /** @param tokenFree the portal answered without a session */
  constructor(
    readonly endpoint: URL,
    private readonly connection: StalkerConnection,
    private readonly http: ProviderHttp,
    private tokenFree: boolean,
  ) {
    this.page = portalPage(endpoint);
    this.mac = connection.mac.trim().toUpperCase();
    this.cookies = new PortalCookies({
      mac: encodeURIComponent(this.mac),
      stb_lang: encodeURIComponent(connection.language ?? 'en'),
      timezone: encodeURIComponent(connection.timezone ?? 'UTC'),
    });
    this.sessionKey = JSON.stringify([endpoint.href, this.mac, connection.login ?? '']);
    this.session = holdSession(this.sessionKey);
  }

  /** The token in use; "" while there is none. */
  get currentToken(): string {
    return this.token;
  }

  release(): void {
    releaseSession(this.sessionKey);
  }

  /** Logs in, unless the portal needs no session. */
  async logIn(signal: AbortSignal): Promise<void> {
    if (!this.tokenFree) this.token = await this.session.current((held) => this.authenticate(held), signal);
  }

  /**
   * The `js` part of an answer. `read` may throw a `StalkerAuthFailure` where the portal hides a lost session behind an answer.
   *
   * @throws CatalogueSyncError `provider-auth-failed` when the session is lost again right after logging in
   */
  call<T>(params: Params, signal: AbortSignal, read: (js: unknown) => T, maxTries?: number): Promise<T> {
    return this.withSession(signal, () => this.send(params, signal, true, read, maxTries));
  }

  /** Streams an answer into a target, which throws a `StalkerAuthFailure` when it finds the session lost. */
  download<T extends DownloadTarget>(params: Params, signal: AbortSignal, makeTarget: () => T): Promise<T> {
    return this.withSession(signal, () =>
      this.http.download({ url: this.url(params), headers: this.headers(true), signal }, makeTarget),
    );
  }

  /** One call without a session and without repeating: what discovery asks. */
  probe<T>(params: Params, signal: AbortSignal, read: (js: unknown) => T): Promise<T> {
    return this.send(params, signal, false, read, 2);
  }

  private async withSession<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    await this.logIn(signal);
    const used = this.token;
    try {
      return await attempt();
    } catch (error) {
      const lost = asAuthFailure(error);
      if (lost === undefined) throw error;
      if (lost.sign === 'empty') this.macInQuery = true;
      this.tokenFree = false;
      this.token = await this.session.replace(used, (held) => this.authenticate(held), signal);
      try {
        return await attempt();
      } catch (again) {
        throw asAuthFailure(again) ?? again;
      }
    }
  }

  /** Handshake, profile, and the login step where the portal asks for one. */
  private async authenticate(signal: AbortSignal): Promise<string> {
    this.token = await this.handshake(signal);
    const profile = await this.profile(signal, false);
    if (toInteger(profile['status']) === 2) {
      await this.doAuth(signal);
      checkProfile(await this.profile(signal, true));
    } else {
      checkProfile(profile);
    }
    return this.token;
  }

  private async handshake(signal: AbortSignal): Promise<string> {
    const ask = () =>
      this.send({ type: 'stb', action: 'handshake', token: '' }, signal, false, (js) =>
        toText((js as { token?: unknown } | null)?.token),
      );
    let token: string | undefined;
    try {
      token = await ask();
    } catch (error) {
      if (!(error instanceof StalkerAuthFailure) || error.sign !== 'empty' || this.macInQuery) throw error;
      this.macInQuery = true;
      token = await ask();
    }
    if (token !== undefined) return token;
    throw new CatalogueSyncError(
      ERROR_CODE.providerAuthFailed,
      'The portal does not know this MAC address. Check it with the provider.',
    );
  }

  private async profile(signal: AbortSignal, secondStep: boolean): Promise<Record<string, unknown>> {
    const { connection } = this;
    const params: Params = {
      type: 'stb',
      action: 'get_profile',
      hd: 1,
      ver: BOX_VERSION,
      num_banks: 2,
      sn: connection.serialNumber ?? '',
      stb_type: 'MAG250',
      client_type: 'STB',
      image_version: 218,
      video_out: 'hdmi',
      device_id: connection.deviceId ?? '',
      device_id2: connection.deviceId2 ?? '',
      signature: '',
      auth_second_step: secondStep ? 1 : 0,
      hw_version: '1.7-BD-00',
      not_valid_token: 0,
      timestamp: Math.floor(Date.now() / 1000),
      api_signature: 262,
    };
    const profile = await this.send(params, signal, true, (js) =>
      typeof js === 'object' && js !== null ? (js as Record<string, unknown>) : {},
    );
    const expires = readTimestamp(profile['expire_billing_date'], Date.now() + FAR_FUTURE_MS)?.iso;
    const max = toInteger(profile['max_online']);
    if (expires !== undefined || max !== undefined) {
      this.account = {
        ...(expires === undefined ? {} : { expiresAt: expires }),
        ...(max === undefined ? {} : { maxConnections: max }),
      };
    }
    return profile;
  }

  private async doAuth(signal: AbortSignal): Promise<void> {
    const { login, password, deviceId, deviceId2 } = this.connection;
    if (login === undefined || login === '') {
      throw new CatalogueSyncError(
        ERROR_CODE.providerAuthFailed,
        'The portal asks for a login beside the MAC address. Add login and password to this provider.',
      );
    }
    const params: Params = {
      type: 'stb',
      action: 'do_auth',
      login,
      password: password ?? '',
      device_id: deviceId ?? '',
      device_id2: deviceId2 ?? '',
    };
    const accepted = await this.send(params, signal, true, (js) => js === true || js === 1 || js === 'true');
    if (accepted) return;
    throw new CatalogueSyncError(
      ERROR_CODE.providerAuthFailed,
      'The portal rejects login or password. Check both.',
    );
  }

  private send<T>(
    params: Params,
    signal: AbortSignal,
    withToken: boolean,
    read: (js: unknown) => T,
    maxTries?: number,
  ): Promise<T> {
    const request = { url: this.url(params), headers: this.headers(withToken), signal };
    return this.http.get(maxTries === undefined ? request : { ...request, maxTries }, (answer) => {
      this.cookies.take(answer.headers['set-cookie']);
      return read(readAnswer(answer.body));
    });
  }

  private url(params: Params): URL {
    const url = new URL(this.endpoint);
    const query = Object.entries(params).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    if (this.macInQuery) query.push(`mac=${encodeURIComponent(this.mac)}`);
    query.push('JsHttpRequest=1-xml');
    url.search = query.join('&');
    return url;
  }

  private headers(withToken: boolean): Record<string, string> {
    const headers: Record<string, string> = {
      cookie: this.cookies.header,
      'x-user-agent': 'Model: MAG250; Link: WiFi',
      referer: this.page.origin + this.page.pathname,
    };
    if (withToken && this.token !== '') headers['authorization'] = `Bearer ${this.token}`;
    if (this.connection.serialNumber !== undefined) headers['sn'] = this.connection.serialNumber;
    return headers;
  }
}

/** A lost session: told by the portal's text, or by a 401 of a clone. */
function asAuthFailure(error: unknown): StalkerAuthFailure | undefined {
  if (error instanceof StalkerAuthFailure) return error;
  return error instanceof RequestFailure && error.status === 401
    ? new StalkerAuthFailure('status')
    : undefined;
}

function checkProfile(profile: Record<string, unknown>): void {
  const status = toInteger(profile['status']) ?? 0;
  if (status === 0) return;
  throw new CatalogueSyncError(
    status === 2 ? ERROR_CODE.providerAuthFailed : ERROR_CODE.providerRefused,
    status === 2
      ? 'The portal still asks for a login. Check login and password.'
      : 'The portal blocks this MAC address, or the box behind it: the account, the MAC format or the device ids. Ask the provider.',
  );
}
