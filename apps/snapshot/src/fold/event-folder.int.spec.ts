import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import { EVENT_TYPE, providerId } from '@catalogue-sync/contracts';
import { sql, type Lease, type LeaseStore } from '@catalogue-sync/persistence';
import { buildSegment } from '@catalogue-sync/snapshot-format';
import { FoldStage } from '../../e2e/support/fold-stage.js';
import { SegmentStore } from '../seal/segment.store.js';
import { readOrSetAside } from './batch-folder.js';
import type { EventFolder, ReadEvent } from './event-folder.js';

const provider = providerId('p1');
const { signal } = new AbortController();

function item(seq: number): ReadEvent {
  const body = { id: `movie:${seq}`, kind: 'movie', categoryIds: ['vod:1'] };
  return readOrSetAside({ seq, type: EVENT_TYPE.itemAdded, body: Buffer.from(JSON.stringify(body)) });
}

function jobEnd(seq: number): ReadEvent {
  const body = { jobId: `job-${seq}`, outcome: 'completed', scopes: [] };
  return readOrSetAside({ seq, type: EVENT_TYPE.jobReconciled, body: Buffer.from(JSON.stringify(body)) });
}

function deletion(seq: number): ReadEvent {
  return readOrSetAside({ seq, type: EVENT_TYPE.providerDeleted, body: Buffer.from('{}') });
}

// Real: Postgres. There is no stream here: events are handed over as the transport would.
describe('EventFolder', () => {
  let stage: FoldStage;
  let orm: MikroORM;
  let leases: LeaseStore;
  let folder: EventFolder;

  beforeAll(async () => {
    stage = await FoldStage.open();
    ({ orm, leases } = stage);
    ({ folder } = stage.compose());
  });
  afterAll(() => stage.close());

  const ours = async (): Promise<Lease> => (await leases.acquire('fold:p1', 60_000))!;
  const count = async (table: string) =>
    (await sql<{ n: number }>(orm.em.fork(), `select count(*)::int as n from ${table}`))[0]!.n;

  it('I8: writes nothing under a lease that has passed on, whatever is to be folded', async () => {
    const stale = await ours();
    await leases.release(stale);
    const lease = await ours();
    for (const events of [[item(1)], [item(1), jobEnd(2)], [jobEnd(1)], [deletion(1)]])
      await expect(folder.fold(provider, stale, events, signal)).rejects.toMatchObject({
        code: 'lease-lost',
      });
    await expect(folder.park(provider, stale, item(1), 'no')).rejects.toMatchObject({ code: 'lease-lost' });
    for (const table of ['checkpoint', 'projected_item', 'segment', 'snapshot', 'outbox', 'parked_event'])
      expect(await count(table)).toBe(0);
    await folder.fold(provider, lease, [item(1), item(2), jobEnd(3)], signal);
    expect(await count('snapshot')).toBe(1);
    await leases.release(lease);
  });

  it('I9: a seal removes what an earlier one left behind when it died', async () => {
    const lease = await ours();
    const leftover = buildSegment(Buffer.from('"left behind"'));
    await orm.em.fork().transactional(async (em) => {
      for (const one of [provider, providerId('p2')]) await new SegmentStore().put(em, one, [leftover]);
    });
    await folder.fold(provider, lease, [item(4), jobEnd(5)], signal);
    const left = await sql(orm.em.fork(), `select provider_id from segment where hash = $1`, [leftover.hash]);
    expect(left).toEqual([{ provider_id: 'p2' }]);
    await leases.release(lease);
  });

  it('takes nothing in that does not follow the position', async () => {
    const lease = await ours();
    const before = await folder.position(provider);
    await folder.fold(provider, lease, [item(before.seq)], signal);
    await folder.fold(provider, lease, [item(before.seq + 2)], signal);
    await folder.fold(provider, lease, [jobEnd(before.seq + 2)], signal);
    expect(await folder.position(provider)).toEqual(before);
    await leases.release(lease);
  });
});
