import type { Catalogue } from '../catalogue/catalogue.js';
import { httpDate } from '../catalogue/dates.js';
import { mixText } from '../catalogue/seeded.js';
import { textAnswer, type Answer } from '../server/answer.js';
import type { ProtocolCall, ProviderProtocol } from '../server/protocol-call.js';
import { headerText, type ProviderRequest } from '../server/provider-request.js';
import { playlistAnswer } from './playlist.js';

/** A static host of a playlist file: `playlist.m3u`, with `ETag` and `Last-Modified` that change when the catalogue does. */
export class M3uHost implements ProviderProtocol {
  readonly #etagSeed: number;

  constructor(private readonly catalogue: Catalogue) {
    this.#etagSeed = mixText(catalogue.config.seed, JSON.stringify(catalogue.config));
  }

  read(request: ProviderRequest): ProtocolCall | undefined {
    if (request.path !== 'playlist.m3u' && request.path !== 'playlist.m3u8') return undefined;
    return {
      requested: { protocol: 'm3u', action: 'playlist' },
      answer: () => this.#answer(request),
      endSession: () => undefined,
      refusal: () => textAnswer('Forbidden', 403),
    };
  }

  #answer(request: ProviderRequest): Answer {
    const validators = {
      ETag: `"${this.#etagSeed.toString(16)}-${this.catalogue.version}"`,
      'Last-Modified': httpDate(this.catalogue.versionTime),
    };
    if (isUnchanged(request, validators))
      return { status: 304, headers: validators, body: '', encoding: 'latin1' };
    const answer = playlistAnswer(this.catalogue, request.baseUrl);
    const headers = { ...validators, 'Content-Type': 'audio/x-mpegurl' };
    return { ...answer, headers };
  }
}

/** `If-None-Match` decides where it is sent, `If-Modified-Since` otherwise (RFC 9110, 13.1). */
function isUnchanged(
  request: ProviderRequest,
  validators: { ETag: string; 'Last-Modified': string },
): boolean {
  const match = headerText(request.headers['if-none-match']);
  if (match !== undefined)
    return match === '*' || match.split(/\s*,\s*/).some((tag) => tag.replace(/^W\//, '') === validators.ETag);
  const since = Date.parse(headerText(request.headers['if-modified-since']) ?? '');
  return Date.parse(validators['Last-Modified']) <= since;
}
