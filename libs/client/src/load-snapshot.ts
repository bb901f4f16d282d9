import type { CatalogueCategory, CatalogueItem } from '#contracts';
import { DocumentMembers, type DocumentMember } from './document-members.js';
import { ProviderGateway, type ProviderAddress } from './gateway.js';
import { GatewayError, UnreachableError } from './gateway-error.js';
import type { Snapshot, SnapshotEntry, SnapshotHead } from './snapshot.js';

export interface LoadSnapshotOptions extends ProviderAddress {
  /** A kept version; the one that is served when absent. */
  version?: number;
  signal?: AbortSignal;
}

/** Sections of entries, and where their number stands in the head. */
const SECTIONS = {
  categories: undefined,
  movies: 'totalMovies',
  series: 'totalSeries',
  channels: 'totalChannels',
} as const;
type Section = keyof typeof SECTIONS;
const isSection = (key: string): key is Section => Object.hasOwn(SECTIONS, key);
/** The indexes tell nothing that the items do not tell themselves. */
const isIndex = (key: string): boolean => key.endsWith('ByCategory');
/** Lists of the head. */
const isHeadList = (key: string): boolean => key === 'incompleteScopes';

/**
 * Loads a provider's snapshot: resolves with its head, and streams its entries. Throws GatewayError on a refusal (`provider-not-found`, `snapshot-not-found`,
 * `unauthenticated`), UnreachableError when nobody answers, and the signal's reason.
 */
export function loadSnapshot(options: LoadSnapshotOptions): Promise<Snapshot> {
  return readSnapshot(new ProviderGateway(options), options.version, options.signal);
}

/** As `loadSnapshot`, at a gateway. */
export async function readSnapshot(
  gateway: ProviderGateway,
  version: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Snapshot> {
  const query = version === undefined ? '' : `?version=${version}`;
  const response = await gateway.get(`/snapshot${query}`, 'application/json', signal);
  const members = membersOf(response, signal);
  try {
    const head: Record<string, unknown> = { incompleteScopes: [] };
    let first: DocumentMember | undefined;
    for (;;) {
      const { done, value } = await members.next();
      if (done === true) break;
      if (isSection(value.key)) {
        first = value;
        break;
      }
      if (isHeadList(value.key) && value.isElement) (head[value.key] as unknown[]).push(parse(value.text));
      else if (!value.isElement) head[value.key] = parse(value.text);
    }
    return new StreamedSnapshot(assertHead(head), first, members).snapshot();
  } catch (error) {
    await members.return(undefined);
    throw error;
  }
}

/** Entries behind the head that is read already. */
class StreamedSnapshot {
  private taken = false;

  constructor(
    private readonly head: SnapshotHead,
    private readonly first: DocumentMember | undefined,
    private readonly members: AsyncGenerator<DocumentMember, void>,
  ) {}

  snapshot(): Snapshot {
    return {
      ...this.head,
      entries: () => this.entries(),
      close: async () => {
        this.taken = true;
        await this.members.return();
      },
    };
  }

  private async *entries(): AsyncGenerator<SnapshotEntry> {
    if (this.taken) throw new TypeError('The entries of a snapshot can be read once: load it again.');
    this.taken = true;
    const counts: Record<Section, number> = { categories: 0, movies: 0, series: 0, channels: 0 };
    try {
      if (this.first !== undefined) yield entryOf(this.first, counts);
      for await (const member of this.members) if (isSection(member.key)) yield entryOf(member, counts);
      this.assertWhole(counts);
    } finally {
      await this.members.return();
    }
  }

  private assertWhole(counts: Record<Section, number>): void {
    for (const [section, total] of Object.entries(SECTIONS)) {
      if (total === undefined || this.head.stats === undefined) continue;
      const found = counts[section as Section];
      if (found !== this.head.stats[total])
        throw new GatewayError(
          'unusable-answer',
          `The snapshot says that it has ${this.head.stats[total]} ${section}, and has ${found}. Load it again.`,
        );
    }
  }
}

async function* membersOf(
  response: Response,
  signal: AbortSignal | undefined,
): AsyncGenerator<DocumentMember, void> {
  const reader = new DocumentMembers(isIndex);
  const chunks = (response.body as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const { done, value } = await chunks.read().catch((error: unknown) => {
        signal?.throwIfAborted();
        throw new UnreachableError('The snapshot broke off on its way. Load it again.', { cause: error });
      });
      if (done) break;
      yield* reader.read(value);
    }
    reader.end();
  } finally {
    // Lets the connection go where the reader left midway; a broken one has nothing to cancel.
    await chunks.cancel().catch(() => undefined);
  }
}

function entryOf({ key, isElement, text }: DocumentMember, counts: Record<Section, number>): SnapshotEntry {
  if (!isElement || !isSection(key)) throw notASnapshot();
  counts[key] += 1;
  const value = parse(text);
  return key === 'categories'
    ? { type: 'category', category: value as CatalogueCategory }
    : { type: 'item', item: value as CatalogueItem };
}

function assertHead(head: Record<string, unknown>): SnapshotHead {
  const { version, snapshotVersion, asOfSeq } = head;
  if (typeof version !== 'string' || !Number.isSafeInteger(snapshotVersion)) throw notASnapshot();
  if (!version.startsWith('1.'))
    throw new GatewayError(
      'unusable-answer',
      `The snapshot has format ${version}, and this client reads format 1. Update the client.`,
    );
  if (asOfSeq !== null && !(Number.isSafeInteger(asOfSeq) && (asOfSeq as number) >= 0)) throw notASnapshot();
  return head as unknown as SnapshotHead;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notASnapshot();
  }
}

const notASnapshot = (): GatewayError =>
  new GatewayError('unusable-answer', 'The answer is not a snapshot document: is the URL that of a gateway?');
