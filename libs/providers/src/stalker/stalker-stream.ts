import { CatalogueSyncError, ERROR_CODE, type AskedItem } from '@catalogue-sync/contracts';
import { toIdText, toText } from '@catalogue-sync/catalogue';
import { badAnswer } from '../http/request-failure.js';
import { fillPlaceholders } from '../playback/fill-placeholders.js';
import { streamAddress } from '../playback/stream-address.js';
import { noStream } from '../playback/stream-failure.js';
import type { AskedStream, PlayableEpisode } from '../port.js';
import type { Secret } from '../secrets/secret-replacer.js';
import { fetchChildren, type ChildrenOf } from './child-rows.js';
import { readListPage } from './list-page.js';
import type { StalkerPortal } from './portal.js';

/** What a portal says in `error` in the place of a link (PROVIDERS A.15). */
const REASONS: Readonly<Record<string, string>> = {
  nothing_to_play: 'the portal has no file for it.',
  player_file_missing: 'the portal has no file for it.',
  link_fault: 'the portal could not make a link. Try again.',
  limit: 'the account plays on as many devices as it may. Stop one of them.',
  access_denied: 'it is not part of the account.',
};

/** Asks a portal for a link, which is good for seconds: made anew for each play. */
export class StalkerStreams {
  /** @param secrets what placeholders in stored commands stand for, as it is now */
  constructor(
    private readonly portal: StalkerPortal,
    private readonly secrets: () => readonly Secret[],
  ) {}

  async urlOf({ item, episode }: AskedStream, signal: AbortSignal): Promise<string> {
    if (item.kind === 'channel') return this.link('itv', await this.channelCommand(item, signal), '', signal);
    if (item.kind === 'series') {
      if (episode === undefined) throw noStream('a series plays by its episodes only.');
      return this.episodeUrl(item, episode, signal);
    }
    const command = this.filled(item.playCommand);
    if (command !== undefined) {
      try {
        return await this.link('vod', command, '', signal);
      } catch (error) {
        // Titles of newer portals have files, and no stream of their own.
        if (!isNoStream(error)) throw error;
      }
    }
    return this.fileUrl({ type: 'vod', title: item.externalId }, signal);
  }

  private episodeUrl(item: AskedItem, { play }: PlayableEpisode, signal: AbortSignal): Promise<string> {
    const { command, series = '', season, episode } = play;
    const known = this.filled(command);
    if (known !== undefined) return this.link('vod', known, series, signal);
    if (season === undefined || episode === undefined)
      throw noStream('the portal does not say how it plays.');
    const type = play['type'] === 'series' ? 'series' : 'vod';
    return this.fileUrl({ type, title: item.externalId, season, episode }, signal);
  }

  /** The first of the files: they are one film in several languages. */
  private async fileUrl(of: ChildrenOf, signal: AbortSignal): Promise<string> {
    const files = await fetchChildren(this.portal, of, signal);
    const command = files.map((row) => toText(row['cmd'])).find((text) => text !== undefined);
    if (command === undefined) throw noStream('the portal has no file for it.');
    return this.link('vod', command, '', signal);
  }

  /** A panel seals a session into its channels' commands: such a one was not kept, and the list is asked for the one of now. */
  private async channelCommand(item: AskedItem, signal: AbortSignal): Promise<string> {
    const known = this.filled(item.playCommand);
    if (known !== undefined) return known;
    const params = { type: 'itv', action: 'get_all_channels' };
    const rows = await this.portal.call(params, signal, (js) => readListPage(js)?.rows ?? [], 2);
    for (const row of rows) {
      if (typeof row !== 'object' || row === null) continue;
      const { id, cmd } = row as { id?: unknown; cmd?: unknown };
      const command = toIdText(id) === item.externalId ? toText(cmd) : undefined;
      if (command !== undefined) return command;
    }
    throw noStream('the portal does not list the channel any more.');
  }

  private link(type: 'itv' | 'vod', cmd: string, series: string, signal: AbortSignal): Promise<string> {
    const params = {
      type,
      action: 'create_link',
      cmd,
      series,
      forced_storage: 0,
      disable_ad: 0,
      download: 0,
    };
    return this.portal.call(params, signal, readLink, 2);
  }

  private filled(command: string | undefined): string | undefined {
    return command === undefined ? undefined : fillPlaceholders(command, this.secrets());
  }
}

/** The address in an answer to `create_link`; where an advertisement stands in front, that of the film behind it. */
function readLink(js: unknown): string {
  const answer: unknown = Array.isArray(js) ? js.at(-1) : js;
  if (typeof answer !== 'object' || answer === null)
    throw badAnswer('The portal answers with something else than a link.', 'never');
  const { error, cmd } = answer as { error?: unknown; cmd?: unknown };
  const refusal = toText(error);
  if (refusal !== undefined) throw noStream(REASONS[refusal] ?? 'the portal refuses.');
  const command = toText(cmd);
  if (command === undefined) throw noStream('the portal sends no link.');
  return streamAddress(command);
}

function isNoStream(error: unknown): boolean {
  return error instanceof CatalogueSyncError && error.code === ERROR_CODE.streamUnavailable;
}
