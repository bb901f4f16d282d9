import type {
  ProviderConnection,
  ProviderId,
  ProviderSettings,
  ProviderView,
  SnapshotVersionView,
  SyncJobView,
  SyncStatus,
} from '@catalogue-sync/contracts';

/** The gateway answered with a problem, or not at all. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const ANSWER_WITHIN_MS = 30_000;

/** The few calls of the REST API that the demo makes: the same that any client would. */
export class GatewayApi {
  constructor(
    private readonly baseUrl: string,
    private readonly key: string,
    private readonly signal?: AbortSignal,
  ) {}

  createProvider(body: {
    name: string;
    connection: ProviderConnection;
    settings: Partial<ProviderSettings>;
  }): Promise<ProviderView> {
    return this.call('POST', '/api/providers', body);
  }

  changeConnection(id: ProviderId, connection: ProviderConnection): Promise<ProviderView> {
    return this.call('PATCH', `/api/providers/${id}`, { connection, sameCatalogue: true });
  }

  /** Undefined when there is none (any more). */
  async findProvider(id: ProviderId): Promise<ProviderView | undefined> {
    try {
      const provider = await this.call<ProviderView>('GET', `/api/providers/${id}`);
      return provider.state === 'active' ? provider : undefined;
    } catch (error) {
      if (error instanceof GatewayError && (error.status === 404 || error.status === 410)) return undefined;
      throw error;
    }
  }

  async findProviderByName(name: string): Promise<ProviderView | undefined> {
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams(cursor === undefined ? {} : { cursor });
      const page: { providers: ProviderView[]; nextCursor?: string } = await this.call(
        'GET',
        `/api/providers?${query.toString()}`,
      );
      const found = page.providers.find((provider) => provider.name === name && provider.state === 'active');
      if (found !== undefined) return found;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return undefined;
  }

  startSync(id: ProviderId): Promise<SyncJobView> {
    return this.call('POST', `/api/providers/${id}/sync`, {});
  }

  syncStatus(id: ProviderId): Promise<SyncStatus> {
    return this.call('GET', `/api/providers/${id}/sync`);
  }

  async snapshots(id: ProviderId): Promise<SnapshotVersionView[]> {
    const { snapshots } = await this.call<{ snapshots: SnapshotVersionView[] }>(
      'GET',
      `/api/providers/${id}/snapshots`,
    );
    return snapshots;
  }

  /** The path of a page that signs a browser in, once. */
  async createLoginLink(): Promise<string> {
    return (await this.call<{ path: string }>('POST', '/api/login-links', {})).path;
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const response = await fetch(this.baseUrl + path, {
      method,
      signal: this.signal === undefined ? timeout : AbortSignal.any([this.signal, timeout]),
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new GatewayError(response.status, describe(method, path, response.status, text));
    return JSON.parse(text) as T;
  }
}

/** Problem answers (RFC 9457) say it in `detail`. */
function describe(method: string, path: string, status: number, text: string): string {
  let detail = text.slice(0, 200);
  try {
    const problem = JSON.parse(text) as { title?: string; detail?: string; errors?: unknown };
    const errors = problem.errors === undefined ? '' : ` ${JSON.stringify(problem.errors)}`;
    detail = `${problem.detail ?? problem.title ?? ''}${errors}`;
  } catch {
    // Not a problem document: the text itself.
  }
  return `${method} ${path} answered ${status}: ${detail}`;
}
