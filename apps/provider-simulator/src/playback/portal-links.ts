import { hash } from 'node:crypto';
import type { Catalogue } from '../catalogue/catalogue.js';
import { episodeCount, seasonCount } from '../catalogue/episodes.js';
import { notFoundPage, type Answer } from '../server/answer.js';
import type { ProviderRequest } from '../server/provider-request.js';
import { streamAnswer } from './stream-answer.js';

const PATH = 'play/';

/** `create_link` of a portal: addresses with a grant in them, and what they lead to. */
export class PortalLinks {
  constructor(private readonly catalogue: Catalogue) {}

  /** The answer to `create_link`; `nothing_to_play` for a command that no list of this portal gave out. */
  link({ query, baseUrl }: ProviderRequest): Record<string, unknown> {
    const label = this.#labelOf(query.get('cmd') ?? '', query.get('series') ?? '');
    if (label === undefined) return { id: '0', cmd: '', load: '', error: 'nothing_to_play', subtitles: [] };
    const cmd = `ffmpeg ${baseUrl}/${PATH}${label}?token=${this.#grant(label)}`;
    return { id: '0', cmd, load: '', error: '', subtitles: [] };
  }

  /** The stream at a path of this portal; undefined where the path is none of a stream. */
  stream({ path, query }: ProviderRequest): Answer | undefined {
    if (!path.startsWith(PATH)) return undefined;
    const label = path.slice(PATH.length);
    return query.get('token') === this.#grant(label) ? streamAnswer(label) : notFoundPage();
  }

  #grant(label: string): string {
    const { seed, account } = this.catalogue.config;
    return hash('sha256', `${seed} ${account.mac} ${label}`).slice(0, 32);
  }

  #labelOf(command: string, ordinal: string): string | undefined {
    const channel = /\/ch\/(\d+)_/.exec(command)?.[1];
    if (channel !== undefined) return this.#known('channel', channel);
    const file = /^\/media\/file_(\d+)\.mpg$/.exec(command)?.[1];
    if (file !== undefined) return `file-${file}`;
    const media = /^\/media\/(\d+)\.mpg$/.exec(command)?.[1];
    if (media !== undefined) return this.#known('movie', media);
    return this.#sealed(command, ordinal);
  }

  /** A panel's command: base64 of JSON. An episode is named by its place in the season. */
  #sealed(command: string, ordinal: string): string | undefined {
    const fields = unseal(command);
    if (fields['type'] === 'movie') return this.#known('movie', String(fields['stream_id']));
    const series = this.catalogue.find('series', String(fields['series_id']));
    const season = Number(fields['season_num']);
    const number = Number(ordinal);
    if (series === undefined || !(season >= 1 && season <= seasonCount(series))) return undefined;
    return number >= 1 && number <= episodeCount(series, season)
      ? `series-${series.id}-season-${season}-episode-${number}`
      : undefined;
  }

  #known(kind: 'channel' | 'movie', id: string): string | undefined {
    return this.catalogue.find(kind, id) === undefined ? undefined : `${kind}-${id}`;
  }
}

function unseal(command: string): Record<string, unknown> {
  try {
    const fields: unknown = JSON.parse(Buffer.from(command, 'base64').toString('utf8'));
    return typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
