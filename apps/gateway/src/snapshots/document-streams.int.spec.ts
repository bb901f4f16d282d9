import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FACT_TYPE, providerId, type SnapshotDocument } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { GatewayStage } from '../../e2e/support/gateway-stage.js';
import { FactPublisher } from '../../fixtures/fact-publisher.js';
import { openSpoolFiles } from '../../fixtures/open-spool-files.js';
import { makeMovies, storeSnapshot } from '../../fixtures/stored-snapshot.js';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { DocumentCache } from './document-cache.js';
import { SnapshotStore } from './snapshot.store.js';
import { WholeDocument } from './whole-document.js';

// What becomes of a document on its way from the database to a reader.
describe('a document on its way', () => {
  let stage: GatewayStage;
  let facts: FactPublisher;
  beforeAll(async () => {
    stage = await GatewayStage.open();
    facts = await FactPublisher.connect(stage.nats.url);
    const { client } = stage.tables;
    await storeSnapshot(client, { provider: 'p1', version: 1, items: makeMovies(10_000) });
    await storeSnapshot(client, { provider: 'pbig', version: 1, items: makeMovies(4_000, 5_000) });
  });
  afterAll(async () => {
    await facts?.close();
    await stage?.close();
  });

  const open: GatewayStage['request'] = (...asked) => stage.request(...asked);
  const problemOf = async (answer: IncomingMessage) => JSON.parse(String(await buffer(answer))) as unknown;
  const busyConnections = async () => {
    const { rows } = await stage.tables.client.query<{ busy: number }>(
      `select count(*)::int as busy from pg_stat_activity where application_name = 'gateway' and state <> 'idle'`,
    );
    return rows[0]?.busy;
  };

  it('fails before the headers when a segment is lost, and leaves nothing behind', async () => {
    await storeSnapshot(stage.tables.client, { provider: 'pbroken', version: 1, items: makeMovies(3) });
    await stage.tables.client.query(`delete from snapshot.segment where provider_id = 'pbroken'`);
    for (let attempt = 0; attempt < 2; attempt++) {
      const answer = await open('pbroken/snapshot');
      expect(answer.statusCode).toBe(500);
      expect(answer.headers.etag).toBeUndefined();
      expect(await problemOf(answer)).toMatchObject({ code: 'internal' });
    }
    await waitFor(async () => (await busyConnections()) === 0);
  });

  it('cuts a document that goes wrong after its headers, so that nobody takes it for whole', async () => {
    await storeSnapshot(stage.tables.client, {
      provider: 'pcut',
      version: 1,
      items: makeMovies(3_000, 1_000),
    });
    await stage.tables.client.query(
      `delete from snapshot.segment where hash in (
         select hash from snapshot.snapshot_segment where provider_id = 'pcut' and section = 1 and part = 40)`,
    );
    const answer = await open('pcut/snapshot', { 'accept-encoding': 'gzip' });
    expect(answer.statusCode).toBe(200);
    await expect(buffer(answer)).rejects.toThrow(/aborted/);
  });

  it('lets many slow readers, and readers that hang up, hold nobody up', async () => {
    const slow = await Promise.all(
      Array.from({ length: 30 }, () => open('pbig/snapshot', { 'accept-encoding': 'gzip' })),
    );
    for (const answer of slow) answer.pause();
    // More readers than database connections stand still, and none of them holds one.
    await waitFor(async () => (await busyConnections()) === 0, { what: 'the database to be let go' });
    const quick = await buffer(await open('pbig/snapshot', { 'accept-encoding': 'gzip' }));
    expect((JSON.parse(gunzipSync(quick).toString()) as SnapshotDocument).movies).toHaveLength(4_000);

    const [first, ...others] = slow;
    for (const answer of others) answer.destroy();
    // The first goes on where it stood, also after its version was pruned.
    await stage.tables.client.query(`delete from snapshot.snapshot where provider_id = 'pbig'`);
    await stage.tables.client.query(`delete from snapshot.segment where provider_id = 'pbig'`);
    if (first === undefined) throw new Error('no reader');
    expect((await buffer(first)).equals(quick)).toBe(true);
    await facts.tell(providerId('pbig'), FACT_TYPE.providerPurged, [stage.gateway]);
    expect((await open('pbig/snapshot')).statusCode).toBe(404);
  });

  it('reads a version to its end that is pruned meanwhile', async () => {
    await storeSnapshot(stage.tables.client, {
      provider: 'ppruned',
      version: 1,
      items: makeMovies(10_000, 200),
    });
    const chunks: Buffer[] = [];
    const found = await stage.gateway.app.get(SnapshotStore).find(providerId('ppruned'), 1);
    if (found === undefined) throw new Error('no version');
    await new WholeDocument(stage.gateway.app.get(ReadOnlyDatabase), found).readGzip(async (chunk) => {
      if (chunks.push(chunk) > 1) return;
      for (const table of ['snapshot', 'snapshot_segment', 'segment'])
        await stage.tables.client.query(`delete from snapshot.${table} where provider_id = 'ppruned'`);
    });
    const document = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as SnapshotDocument;
    expect(document.movies).toHaveLength(10_000);
  });

  it('lets go of a document whose readers have all hung up', async () => {
    for (const coding of ['gzip', 'identity']) {
      const answer = await open('p1/snapshot', { 'accept-encoding': coding });
      answer.once('data', () => answer.destroy()).once('error', () => undefined);
      await new Promise((resolve) => answer.once('close', resolve));
    }
    expect(openSpoolFiles()).toBeGreaterThan(0);
    stage.gateway.app.get(DocumentCache).dropIdle(Infinity);
    await waitFor(() => openSpoolFiles() === 0, { timeoutMs: 2_000, what: 'the spool files to be closed' });
  });
});
