import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import type { ProviderId, Scope, SnapshotDocument } from '@catalogue-sync/contracts';
import {
  documentSize,
  gzipDocument,
  plainDocument,
  sectionOfNumber,
  type BodyTotals,
  type DocumentHead,
  type StoredSegment,
} from '@catalogue-sync/snapshot-format';

export interface VersionRow {
  provider_id: string;
  version: number;
  current: boolean;
  as_of_seq: string;
  generated_at: Date;
  confirmed_at: Date;
  incomplete_scopes: Scope[];
  image_base_url: string | null;
  total_movies: number;
  total_series: number;
  total_channels: number;
  items_added: number;
  items_updated: number;
  items_removed: number;
  body_plain_bytes: string;
  body_gzip_bytes: string;
  body_crc32: string;
  plain_bytes: string;
  gzip_bytes: string;
}

interface SegmentRow {
  section: number;
  category: string;
  part: number;
  crc32: string;
  plain_bytes: number;
  gzip_bytes: number;
  data: Buffer;
}

/** Reads snapshots as the gateway does: as the read-only role, through the views, in one read-only transaction per document. */
export class SnapshotReader {
  constructor(private readonly databaseUrl: string) {}

  async versions(provider: ProviderId): Promise<VersionRow[]> {
    return this.inTransaction((client) => this.select(client, provider));
  }

  async current(provider: ProviderId): Promise<VersionRow | undefined> {
    return (await this.versions(provider)).find(({ current }) => current);
  }

  /** The document of a version, read in both forms and checked against the sizes that were told before. */
  async document(provider: ProviderId, version?: number): Promise<SnapshotDocument> {
    return this.inTransaction(async (client) => {
      const row = (await this.select(client, provider)).find((found) =>
        version === undefined ? found.current : found.version === version,
      );
      if (row === undefined) throw new Error('No such version');
      const [head, body] = [headOf(row), bodyOf(row)];
      const segments = () => readSegments(client, provider, row.version);
      const gzip = await collect(gzipDocument(head, segments(), body));
      const plain = await collect(plainDocument(head, segments(), body));
      const size = documentSize(head, body);
      if (gzip.length !== size.gzipBytes || gzip.length !== Number(row.gzip_bytes))
        throw new Error('Wrong gzip size');
      if (plain.length !== size.plainBytes || plain.length !== Number(row.plain_bytes))
        throw new Error('Wrong size');
      if (!gunzipSync(gzip).equals(plain)) throw new Error('The two forms differ');
      return JSON.parse(plain.toString()) as SnapshotDocument;
    });
  }

  /** Opens a document and hands it over piece by piece, while its transaction stays open. */
  async *stream(provider: ProviderId, version: number): AsyncGenerator<Buffer> {
    const client = await this.begin();
    try {
      const row = (await this.select(client, provider)).find((found) => found.version === version)!;
      yield* gzipDocument(headOf(row), readSegments(client, provider, version, 1), bodyOf(row));
    } finally {
      await client.end();
    }
  }

  private async select(client: pg.Client, provider: ProviderId): Promise<VersionRow[]> {
    const { rows } = await client.query<VersionRow>(
      `select * from snapshot.v_snapshot where provider_id = $1 order by version`,
      [provider],
    );
    return rows;
  }

  private async begin(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    await client.query('set role catalogue_reader');
    await client.query('begin isolation level repeatable read read only');
    return client;
  }

  private async inTransaction<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await this.begin();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}

function headOf(row: VersionRow): DocumentHead {
  return {
    snapshotVersion: row.version,
    providerId: row.provider_id,
    generatedAt: row.generated_at.toISOString(),
    confirmedAt: row.confirmed_at.toISOString(),
    asOfSeq: Number(row.as_of_seq),
    incompleteScopes: row.incomplete_scopes,
    ...(row.image_base_url === null ? {} : { imageBaseUrl: row.image_base_url }),
    stats: {
      totalMovies: row.total_movies,
      totalSeries: row.total_series,
      totalChannels: row.total_channels,
      newItemsAdded: row.items_added,
      itemsUpdated: row.items_updated,
      itemsRemoved: row.items_removed,
    },
  };
}

function bodyOf(row: VersionRow): BodyTotals {
  return {
    plainBytes: Number(row.body_plain_bytes),
    gzipBytes: Number(row.body_gzip_bytes),
    crc32: Number(row.body_crc32),
  };
}

async function* readSegments(
  client: pg.Client,
  provider: ProviderId,
  version: number,
  pageSize = 64,
): AsyncGenerator<StoredSegment> {
  let after: [number, string, number] = [-1, '', 0];
  for (;;) {
    const { rows } = await client.query<SegmentRow>(
      `select m.section, m.category, m.part, m.crc32, m.plain_bytes, m.gzip_bytes, s.data
         from snapshot.v_snapshot_segment m join snapshot.v_segment s using (provider_id, hash)
        where m.provider_id = $1 and m.version = $2 and (m.section, m.category, m.part) > ($3::smallint, $4, $5::int)
        order by m.section, m.category, m.part limit $6`,
      [provider, version, ...after, pageSize],
    );
    for (const row of rows)
      yield {
        section: sectionOfNumber(row.section),
        category: row.category,
        part: row.part,
        crc32: Number(row.crc32),
        plainBytes: row.plain_bytes,
        gzipBytes: row.gzip_bytes,
        data: row.data,
      };
    const last = rows.at(-1);
    if (rows.length < pageSize || last === undefined) return;
    after = [last.section, last.category, last.part];
  }
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
