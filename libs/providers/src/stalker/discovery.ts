import { CatalogueSyncError, ERROR_CODE, type StalkerConnection } from '@catalogue-sync/contracts';
import { readHttpUrl } from '../base-url.js';
import type { ProviderHttp } from '../http/provider-http.js';
import { RequestFailure } from '../http/request-failure.js';
import { StalkerAuthFailure } from './answer.js';
import { endpointCandidates, isBareHost } from './endpoint.js';
import { readListPage } from './list-page.js';
import { StalkerPortal } from './portal.js';

export interface FoundEndpoint {
  endpoint: URL;
  /** The portal lists without a session. */
  tokenFree: boolean;
}

/**
 * Finds the endpoint by asking each likely address for the genres without a session (PROVIDERS A.1): a list means a portal that wants no
 * session, a refusal of the session means the right place, everything else the next address.
 *
 * @param known the endpoint of the last time, asked first
 * @throws CatalogueSyncError when none answers like a portal, or the host cannot be reached at all
 */
export async function discoverEndpoint(
  connection: StalkerConnection,
  http: ProviderHttp,
  signal: AbortSignal,
  known: string | undefined,
): Promise<FoundEndpoint> {
  const candidates = endpointCandidates(connection.url);
  if (known !== undefined) candidates.unshift(withLoginOf(connection, known));
  const tried = new Set<string>();
  let last: RequestFailure | undefined;
  const tryAll = async (urls: URL[]): Promise<FoundEndpoint | undefined> => {
    for (const endpoint of urls) {
      if (tried.has(endpoint.href)) continue;
      tried.add(endpoint.href);
      const verdict = await probe(connection, http, endpoint, signal);
      if (typeof verdict === 'boolean') return { endpoint, tokenFree: verdict };
      last = verdict ?? last;
    }
    return undefined;
  };
  const found =
    (await tryAll(candidates)) ??
    (isBareHost(connection.url)
      ? await tryAll(await candidatesOfHomePage(connection, http, signal))
      : undefined);
  if (found !== undefined) return found;
  throw new CatalogueSyncError(
    last?.code ?? ERROR_CODE.providerBadAnswer,
    `No Stalker portal was found at this address. Give the address that the box shows, such as http://host/c/.${last === undefined ? '' : ` ${last.message}`}`,
  );
}

/** Whether the endpoint lists without a session; a failure, or undefined, when it is none. */
async function probe(
  connection: StalkerConnection,
  http: ProviderHttp,
  endpoint: URL,
  signal: AbortSignal,
): Promise<boolean | RequestFailure | undefined> {
  const portal = new StalkerPortal(endpoint, connection, http, true);
  try {
    const isList = await portal.probe(
      { type: 'itv', action: 'get_genres' },
      signal,
      (js) => readListPage(js) !== undefined,
    );
    return isList ? true : undefined;
  } catch (error) {
    if (error instanceof StalkerAuthFailure) return false;
    if (!(error instanceof RequestFailure) || error.noConnection) throw error;
    return error.status === 401 || error.status === 403 ? false : error;
  } finally {
    portal.release();
  }
}

/** A bare host often leads its visitors to the portal's page. */
async function candidatesOfHomePage(
  connection: StalkerConnection,
  http: ProviderHttp,
  signal: AbortSignal,
): Promise<URL[]> {
  const home = readHttpUrl(connection.url);
  try {
    const page = await http.get({ url: home, signal, maxTries: 1 }, (answer) => answer.url);
    return page.pathname === home.pathname ? [] : endpointCandidates(page.href);
  } catch (error) {
    if (error instanceof RequestFailure) return [];
    throw error;
  }
}

function withLoginOf(connection: StalkerConnection, endpoint: string): URL {
  const { username, password } = readHttpUrl(connection.url);
  const url = readHttpUrl(endpoint);
  url.username = username;
  url.password = password;
  return url;
}
