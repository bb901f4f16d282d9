import { closedLists } from '../access/account-state.js';
import { refusalAnswer } from '../access/refusals.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { mixText } from '../catalogue/seeded.js';
import { QuirkBook } from '../quirks/quirk-book.js';
import { textAnswer, type Answer } from '../server/answer.js';
import type { ProtocolCall, ProviderProtocol } from '../server/protocol-call.js';
import type { ProviderRequest } from '../server/provider-request.js';
import { playlistAnswer } from './playlist.js';
import { isUnchanged, validatorsOf } from './validators.js';

/** A static host of a playlist file: `playlist.m3u`, with `ETag` and `Last-Modified` that change when the catalogue does. */
export class M3uHost implements ProviderProtocol {
  readonly #etagSeed: number;
  #downloads = 0;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly quirks = new QuirkBook(),
  ) {
    this.#etagSeed = mixText(catalogue.config.seed, JSON.stringify(catalogue.config));
  }

  read(request: ProviderRequest): ProtocolCall | undefined {
    if (request.path !== 'playlist.m3u' && request.path !== 'playlist.m3u8') return undefined;
    return {
      requested: { protocol: 'm3u', action: 'playlist' },
      answer: () => this.#answer(request),
      endSession: () => undefined,
      refusal: () => this.#refusal(),
    };
  }

  #answer(request: ProviderRequest): Answer {
    const { account, playlist } = this.quirks.now;
    if (closedLists(account) !== undefined) return this.#refusal();
    this.#downloads += 1;
    const validators = validatorsOf(playlist?.validators, {
      etag: `"${this.#etagSeed.toString(16)}-${this.catalogue.version}"`,
      modified: this.catalogue.versionTime,
      download: this.#downloads,
    });
    if (isUnchanged(request, validators))
      return { status: 304, headers: { ...validators }, body: '', encoding: 'latin1' };
    const answer = playlistAnswer(this.catalogue, request.baseUrl, playlist, this.#downloads);
    if (playlist?.instead !== undefined) return answer;
    const headers = { ...validators, 'Content-Type': 'audio/x-mpegurl' };
    return { ...answer, headers };
  }

  #refusal(): Answer {
    return refusalAnswer(this.quirks.now.access?.refusal, () => textAnswer('Forbidden', 403));
  }
}
