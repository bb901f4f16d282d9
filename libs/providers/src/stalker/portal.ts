import type { StalkerConnection } from '@catalogue-sync/contracts';
import type { DownloadTarget, HttpRequest, ProviderHttp } from '../http/provider-http.js';
import { RequestFailure } from '../http/request-failure.js';
import { readAnswer, StalkerAuthFailure } from './answer.js';
import { logInBox, type CallParams, type CallWithToken, type StalkerAccount } from './box-login.js';
import { PortalCookies } from './cookies.js';
import { portalPage } from './endpoint.js';
import { holdSession, releaseSession, type StalkerSession } from './session.js';

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

  private readonly hold = (): Promise<unknown> | undefined => this.session.renewing;

  /** The token in use; "" while there is none. */
  get currentToken(): string {
    return this.session.latest ?? this.token;
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
  call<T>(params: CallParams, signal: AbortSignal, read: (js: unknown) => T, maxTries?: number): Promise<T> {
    return this.withSession(signal, (token) =>
      this.send(params, signal, token, read, { maxTries, hold: this.hold }),
    );
  }

  /** Streams an answer into a target, which throws a `StalkerAuthFailure` when it finds the session lost. */
  download<T extends DownloadTarget>(
    params: CallParams,
    signal: AbortSignal,
    makeTarget: () => T,
  ): Promise<T> {
    return this.withSession(signal, (token) =>
      this.http.download(
        { url: this.url(params), headers: () => this.headers(token()), signal, hold: this.hold },
        makeTarget,
      ),
    );
  }

  /** One call without a session and without repeating: what discovery asks. */
  probe<T>(params: CallParams, signal: AbortSignal, read: (js: unknown) => T): Promise<T> {
    return this.send(params, signal, noToken, read, { maxTries: 2 });
  }

  private async withSession<T>(
    signal: AbortSignal,
    attempt: (token: () => string) => Promise<T>,
  ): Promise<T> {
    await this.logIn(signal);
    let used = this.token;
    // The token of the moment of sending: a request may have waited for its turn since, and the session been renewed.
    const token = () => (used = this.currentToken);
    try {
      return await attempt(token);
    } catch (error) {
      const lost = asAuthFailure(error);
      if (lost === undefined) throw error;
      if (lost.sign === 'empty') this.macInQuery = true;
      this.tokenFree = false;
      this.token = await this.session.replace(used, (held) => this.authenticate(held), signal);
      try {
        return await attempt(token);
      } catch (again) {
        throw asAuthFailure(again) ?? again;
      }
    }
  }

  private authenticate(signal: AbortSignal): Promise<string> {
    return this.http.logIn(() => this.tryToLogIn(signal));
  }

  private async tryToLogIn(signal: AbortSignal): Promise<string> {
    const call: CallWithToken = (params, token, read) => this.send(params, signal, () => token, read);
    try {
      return this.loggedIn(await logInBox(call, this.connection));
    } catch (error) {
      if (!(error instanceof StalkerAuthFailure) || error.sign !== 'empty' || this.macInQuery) throw error;
      this.macInQuery = true;
      return this.loggedIn(await logInBox(call, this.connection));
    }
  }

  private loggedIn({ token, account }: Awaited<ReturnType<typeof logInBox>>): string {
    this.account = account;
    return token;
  }

  private send<T>(
    params: CallParams,
    signal: AbortSignal,
    token: () => string,
    read: (js: unknown) => T,
    more: Pick<HttpRequest, 'hold'> & { maxTries?: number | undefined } = {},
  ): Promise<T> {
    const { maxTries, hold } = more;
    const request: HttpRequest = {
      url: this.url(params),
      headers: () => this.headers(token()),
      signal,
      ...(maxTries === undefined ? {} : { maxTries }),
      ...(hold === undefined ? {} : { hold }),
    };
    return this.http.get(request, (answer) => {
      this.cookies.take(answer.headers['set-cookie']);
      return read(readAnswer(answer.body));
    });
  }

  private url(params: CallParams): URL {
    const url = new URL(this.endpoint);
    const query = Object.entries(params).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    if (this.macInQuery) query.push(`mac=${encodeURIComponent(this.mac)}`);
    query.push('JsHttpRequest=1-xml');
    url.search = query.join('&');
    return url;
  }

  private headers(token: string): Record<string, string> {
    const headers: Record<string, string> = {
      cookie: this.cookies.header,
      'x-user-agent': 'Model: MAG250; Link: WiFi',
      referer: this.page.origin + this.page.pathname,
    };
    if (token !== '') headers['authorization'] = `Bearer ${token}`;
    if (this.connection.serialNumber !== undefined) headers['sn'] = this.connection.serialNumber;
    return headers;
  }
}

const noToken = (): string => '';

/** A lost session: told by the portal's text, or by a 401 of a clone. */
function asAuthFailure(error: unknown): StalkerAuthFailure | undefined {
  if (error instanceof StalkerAuthFailure) return error;
  return error instanceof RequestFailure && error.status === 401
    ? new StalkerAuthFailure('status')
    : undefined;
}
