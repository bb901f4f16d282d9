import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_TYPE, FACT_TYPE, STREAM, providerId, type ProviderId } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { SnapshotStage } from '../e2e/support/snapshot-stage.js';

// Real: Postgres, NATS, the service in a process of its own. Played: the reconciler.
describe('isolation of providers, and of events that cannot be folded', () => {
  let stage: SnapshotStage;
  let count = 0;
  const newProvider = (): ProviderId => providerId(`p${++count}`);
  const expectOracle = async (provider: ProviderId) => {
    const { document, projection, feed } = await stage.contents(provider);
    expect(document).toEqual(feed);
    expect(projection).toEqual(feed.items);
  };

  beforeAll(async () => {
    stage = await SnapshotStage.open();
    await stage.startReplica();
  });
  afterAll(() => stage.close());

  it('I10: providers do not mix, and deleting one hurts no other', async () => {
    const [kept, deleted] = [newProvider(), newProvider()];
    const { feed } = stage;
    for (const provider of [kept, deleted]) {
      feed.category(provider, '1');
      for (let n = 0; n < 500; n++)
        feed.put(provider, 'movie', `${n}`, { categoryIds: ['vod:1', 'vod:2'], name: `of ${provider}` });
      feed.endJob(provider);
    }
    await Promise.all([stage.settle(kept), stage.settle(deleted)]);
    await expectOracle(kept);
    await expectOracle(deleted);
    feed.put(deleted, 'movie', 'unsealed');
    feed.delete(deleted);
    await stage.settle(deleted);
    expect(await stage.facts(deleted, 2)).toMatchObject([
      { type: FACT_TYPE.snapshotPublished },
      {
        type: FACT_TYPE.providerPurged,
        id: `${deleted}:purged:snapshot`,
        body: { providerId: deleted, service: 'snapshot' },
      },
    ]);
    const left = Object.entries(await stage.rowCounts(deleted)).filter(
      ([table, rows]) => rows > 0 && table !== 'outbox',
    );
    expect(left).toEqual([['checkpoint', 1]]);

    feed.put(deleted, 'movie', 'late');
    feed.endJob(deleted);
    await feed.publish(deleted);
    feed.put(kept, 'movie', 'new');
    feed.endJob(kept);
    await stage.settle(kept);
    await expectOracle(kept);
    const [tombstone] = await stage.query(
      `select state, seq from snapshot.checkpoint where provider_id = $1`,
      [deleted],
    );
    expect(tombstone).toMatchObject({ state: 'deleted' });
    expect((await stage.rowCounts(deleted)).projected_item).toBe(0);
  });

  it('I11: parks an event that is not what its type promises, and goes on behind it', async () => {
    const provider = newProvider();
    const { feed } = stage;
    feed.put(provider, 'movie', '1');
    feed.append(provider, EVENT_TYPE.itemAdded, '{"id":"movie:2","kind":', { kind: 'movie' });
    feed.put(provider, 'movie', '3');
    feed.endJob(provider);
    await stage.settle(provider);
    await expectOracle(provider);
    expect(
      await stage.query(`select seq, type from snapshot.parked_event where provider_id = $1`, [provider]),
    ).toEqual([{ seq: '2', type: EVENT_TYPE.itemAdded }]);
    await waitFor(async () => (await stage.streams.streams.info(STREAM.deadLetters)).state.messages === 1, {
      what: 'a dead letter',
    });
  });
});
