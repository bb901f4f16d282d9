import { CatalogueSyncError, ERROR_CODE, isProviderId } from '#contracts';
import { GatewayError, UnreachableError } from './gateway-error.js';

/** Which provider of which gateway, and who asks. */
export interface ProviderAddress {
  /** The gateway: `http://127.0.0.1:3000`. */
  url: string;
  providerId: string;
  /** Sent as `Authorization: Bearer …`; it needs the scope `read`. */
  apiKey?: string;
}

/** A refusal's body is not read beyond this, characters. */
const MAX_REFUSAL = 65_536;

/** The gateway's addresses of one provider. Its errors never hold the key. */
export class ProviderGateway {
  private readonly base: string;
  private readonly headers: Record<string, string>;

  /** Throws `invalid-request` when the address cannot be one. */
  constructor({ url, providerId, apiKey }: ProviderAddress) {
    if (!isProviderId(providerId))
      throw new CatalogueSyncError(
        ERROR_CODE.invalidRequest,
        'Give the id that the gateway gave the provider: p and lower-case letters and digits.',
        { field: 'providerId' },
      );
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username !== '')
      throw new CatalogueSyncError(
        ERROR_CODE.invalidRequest,
        'Give the http or https URL of the gateway, without a user name: http://127.0.0.1:3000.',
        { field: 'url' },
      );
    this.base = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}/api/providers/${providerId}`;
    this.headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  }

  /**
   * `path` is below the provider: `/snapshot`. Resolves when the head of a good answer is there. Throws GatewayError on a refusal, UnreachableError when
   * nobody answers, and the signal's reason.
   */
  async get(path: string, accept: string, signal?: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.base}${path}`, {
        headers: { ...this.headers, accept },
        // A redirect to another place would carry the key there.
        redirect: 'error',
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new UnreachableError('The gateway cannot be reached: does it run, and is its URL right?', {
        cause: error,
      });
    }
    if (!response.ok) throw await refusal(response);
    if (response.body === null)
      throw new GatewayError('unusable-answer', 'The gateway answered without a body.');
    return response;
  }

  /** A small answer as JSON. */
  async json<T>(path: string, signal?: AbortSignal): Promise<T> {
    const response = await this.get(path, 'application/json', signal);
    try {
      return (await response.json()) as T;
    } catch (error) {
      signal?.throwIfAborted();
      throw new UnreachableError('An answer of the gateway broke off, or is not JSON.', { cause: error });
    }
  }
}

async function refusal(response: Response): Promise<GatewayError> {
  const { status } = response;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const fields = { status, ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {}) };
  const problem = await response.text().then(readProblem, () => undefined);
  if (problem !== undefined) return new GatewayError(problem.code, problem.detail, fields);
  return new GatewayError(
    'unusable-answer',
    `The address answered ${status}, and not as a gateway does: is its URL right?`,
    fields,
  );
}

function readProblem(text: string): { code: string; detail: string } | undefined {
  if (text.length > MAX_REFUSAL) return undefined;
  try {
    const { code, detail } = JSON.parse(text) as Record<string, unknown>;
    return typeof code === 'string' && typeof detail === 'string' ? { code, detail } : undefined;
  } catch {
    return undefined;
  }
}
