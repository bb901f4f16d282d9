import pg from 'pg';
import {
  FACT_TYPE,
  REQUEST,
  STREAM,
  subjects,
  type ProviderId,
  type RequestMap,
  type RequestPattern,
  type SnapshotPosition,
} from '@catalogue-sync/contracts';
import { connectNats, provisionStreams } from '@catalogue-sync/messaging';
import { startNats, startPostgres, waitFor, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { CatalogueFeed } from './catalogue-feed.js';
import { contentOfDocument, contentOfFeed, type Content } from './oracle.js';
import { SnapshotReader } from './snapshot-reader.js';
import { TestReplica } from './test-replica.js';

/** Real servers, the snapshot service in processes of their own, and a played reconciler. */
export class SnapshotStage {
  private readonly replicas: TestReplica[] = [];
  private count = 0;

  private constructor(
    private readonly postgres: TestPostgres,
    private readonly natsServer: TestNats,
    readonly databaseUrl: string,
    readonly nats: NatsConnection,
    readonly streams: JetStreamManager,
    private readonly pool: pg.Pool,
  ) {
    this.feed = new CatalogueFeed(nats);
    this.reader = new SnapshotReader(databaseUrl);
  }

  readonly feed: CatalogueFeed;
  readonly reader: SnapshotReader;

  static async open(): Promise<SnapshotStage> {
    const [postgres, natsServer] = await Promise.all([startPostgres(), startNats()]);
    const databaseUrl = await postgres.createDatabase();
    const nats = await connectNats({ url: natsServer.url, name: 'stage' });
    await provisionStreams(nats);
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
    return new SnapshotStage(postgres, natsServer, databaseUrl, nats, await jetstreamManager(nats), pool);
  }

  async close(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.kill()));
    await this.pool.end();
    await this.nats.close();
    await Promise.all([this.postgres.stop(), this.natsServer.stop()]);
  }

  async startReplica(faults?: string): Promise<TestReplica> {
    const replica = await TestReplica.start({
      databaseUrl: this.databaseUrl,
      natsUrl: this.natsServer.url,
      name: `snapshot-${++this.count}`,
      ...(faults === undefined ? {} : { faults }),
    });
    this.replicas.push(replica);
    return replica;
  }

  async query<T extends pg.QueryResultRow>(text: string, params: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(text, params)).rows;
  }

  position(provider: ProviderId): Promise<SnapshotPosition> {
    return this.request(REQUEST.getSnapshotPosition, { providerId: provider });
  }

  /** Asks the service; rejects with what it refuses with. */
  async request<P extends RequestPattern>(pattern: P, data: RequestMap[P][0]): Promise<RequestMap[P][1]> {
    const request = JSON.stringify({ id: '1', pattern, data });
    const answer = await this.nats.request(pattern, request, { timeout: 10_000 });
    const { response, err } = answer.json<{ response: RequestMap[P][1]; err?: Error }>();
    if (err !== undefined) throw err;
    return response;
  }

  /** Publishes what the feed holds, and waits until all of it is folded. */
  async settle(provider: ProviderId): Promise<void> {
    await this.feed.publish(provider);
    await this.folded(provider);
  }

  /** Waits until everything the feed holds is folded. */
  async folded(provider: ProviderId): Promise<void> {
    const head = this.feed.of(provider).events.length;
    await waitFor(
      async () => {
        const rows = await this.query<{ seq: string }>(
          `select seq from snapshot.checkpoint where provider_id = $1`,
          [provider],
        );
        return Number(rows[0]?.seq) === head;
      },
      { what: `event ${head} of ${provider} to be folded`, timeoutMs: 60_000 },
    );
  }

  /** What the current document says, and what it must say: the oracle of the fold. */
  async contents(provider: ProviderId): Promise<{ document: Content; projection: unknown; feed: Content }> {
    const document = contentOfDocument(await this.reader.document(provider));
    const rows = await this.query<{ item_id: string; payload: string }>(
      `select item_id, payload from snapshot.projected_item where provider_id = $1`,
      [provider],
    );
    const projection = Object.fromEntries(
      rows.map((row) => [row.item_id, JSON.parse(row.payload) as unknown]),
    );
    return { document, projection, feed: contentOfFeed(this.feed, provider) };
  }

  /** Facts in the stream, in order; `wanted` of them are waited for. */
  async facts(
    provider: ProviderId,
    wanted: number,
  ): Promise<{ type: string; id: string; body: Record<string, unknown> }[]> {
    const types = [FACT_TYPE.snapshotPublished, FACT_TYPE.snapshotConfirmed, FACT_TYPE.providerPurged];
    const filters = types.map((type) => subjects.fact(provider, type));
    return waitFor(
      async () => {
        const found: { type: string; id: string; body: Record<string, unknown> }[] = [];
        const { state } = await this.streams.streams.info(STREAM.facts);
        for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
          const message = await this.streams.streams.getMessage(STREAM.facts, { seq }).catch(() => null);
          if (message === null || !filters.includes(message.subject)) continue;
          found.push({
            type: message.header.get('ce-type'),
            id: message.header.get('ce-id'),
            body: message.json(),
          });
        }
        return found.length >= wanted ? found : undefined;
      },
      { what: `${wanted} facts of ${provider}` },
    );
  }

  /** How much is kept of a provider, by table. */
  async rowCounts(provider: ProviderId): Promise<Record<string, number>> {
    const tables = await this.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'provider_id'
        where c.relnamespace = 'snapshot'::regnamespace and c.relkind = 'r'`,
    );
    const counts: Record<string, number> = {};
    for (const { name } of tables) {
      const [row] = await this.query<{ n: number }>(
        `select count(*)::int as n from snapshot.${name} where provider_id = $1`,
        [provider],
      );
      counts[name] = row!.n;
    }
    return counts;
  }
}
