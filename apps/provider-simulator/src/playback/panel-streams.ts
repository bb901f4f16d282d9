import type { Catalogue } from '../catalogue/catalogue.js';
import { notFoundPage, type Answer } from '../server/answer.js';
import type { ProviderRequest } from '../server/provider-request.js';
import { streamAnswer } from './stream-answer.js';

const PATH = /^(live|movie|series)\/([^/]+)\/([^/]+)\/(\d+)(?:\.[A-Za-z0-9]{1,5})?$/;

/** The stream at a path of a panel, for its own account only; undefined where the path is none of a stream. */
export function panelStream(catalogue: Catalogue, { path }: ProviderRequest): Answer | undefined {
  const [, folder, username = '', password = '', id = ''] = PATH.exec(path) ?? [];
  if (folder === undefined) return undefined;
  const { account } = catalogue.config;
  if (decoded(username) !== account.username || decoded(password) !== account.password) return notFoundPage();
  if (folder === 'series') return streamAnswer(`episode-${id}`);
  const kind = folder === 'live' ? 'channel' : 'movie';
  return catalogue.find(kind, id) === undefined ? notFoundPage() : streamAnswer(`${kind}-${id}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
