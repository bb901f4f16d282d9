import { toInteger } from '@catalogue-sync/catalogue';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { badAnswer, RequestFailure } from '../http/request-failure.js';
import type { ListPlace } from '../json/list-plan.js';
import { JsonListDownload } from '../spool/json-list-download.js';
import type { SpoolFile } from '../spool/spool-file.js';
import type { StalkerPortal } from './portal.js';
import { readAnswer, refusalOf } from './answer.js';

const PLACES: readonly ListPlace[] = [
  { path: 'js.data', keyed: 'any' },
  { path: 'js', keyed: 'never' },
];

/** The portal does not list all channels at once; page by page it may. */
export class NoChannelList extends RequestFailure {
  constructor() {
    super(ERROR_CODE.providerBadAnswer, 'The portal does not list all channels at once.');
  }
}

/**
 * Every channel in one body, spooled.
 *
 * @throws NoChannelList when the portal has no such answer
 */
export function fetchAllChannels(
  portal: StalkerPortal,
  spool: SpoolFile | undefined,
  signal: AbortSignal,
): Promise<ChannelListDownload> {
  return portal.download(
    { type: 'itv', action: 'get_all_channels' },
    signal,
    () => new ChannelListDownload(spool),
  );
}

/** How many channels there are; undefined when the portal does not list them all at once. */
export async function countChannels(portal: StalkerPortal, signal: AbortSignal): Promise<number | undefined> {
  try {
    return (await fetchAllChannels(portal, undefined, signal)).report.rows;
  } catch (error) {
    if (error instanceof NoChannelList) return undefined;
    throw error;
  }
}

/** The answer of `get_all_channels`: one body with every channel. */
export class ChannelListDownload extends JsonListDownload {
  constructor(spool: SpoolFile | undefined) {
    super(PLACES, spool);
  }

  /** `total_items`, where the portal tells. */
  get declaredTotal(): number | undefined {
    return toInteger(this.report.members.get('js.total_items'));
  }

  override async end(): Promise<void> {
    await super.end();
    if (!this.report.found) {
      if (!this.startIsWhole) throw badAnswer('The portal sends something else than its channels.', 'never');
      // Tells a lost session and a web page from an answer without a list.
      readAnswer(Buffer.from(this.start));
      throw new NoChannelList();
    }
    if (this.report.closed) return;
    throw (
      refusalOf(this.start.trim()) ?? badAnswer(`The channel list is cut after ${this.report.rows} rows.`)
    );
  }
}
