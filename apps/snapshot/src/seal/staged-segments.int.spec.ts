import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EVENT_TYPE, providerId, type ProviderId } from '@catalogue-sync/contracts';
import { sql, type Lease } from '@catalogue-sync/persistence';
import { FoldStage } from '../../e2e/support/fold-stage.js';
import { readOrSetAside } from '../fold/batch-folder.js';
import { EventFolder, type ReadEvent } from '../fold/event-folder.js';
import { VersionPin } from '../pin/version-pin.js';
import { Purger } from '../purge/purger.js';
import { FoldStores } from '../store/fold-stores.js';
import { PublishVersion } from './publish-version.js';
import { Sealer } from './sealer.js';
import { SegmentChangeStore } from './segment-change.store.js';
import { SegmentContentStore } from './segment-content.store.js';
import { SegmentStager } from './segment-stager.js';
import { SegmentTexts } from './segment-texts.js';
import { VersionStores } from './version-stores.js';

/** A stager that has something else happen when it has staged, before the seal goes on. */
class InterruptedStager extends SegmentStager {
  meanwhile: (() => Promise<unknown>) | undefined;

  override async stage(...given: Parameters<SegmentStager['stage']>): ReturnType<SegmentStager['stage']> {
    const built = await super.stage(...given);
    await this.meanwhile?.();
    return built;
  }
}

// Real: Postgres. There is no stream here: events are handed over as the transport would.
describe('what a seal has staged', () => {
  let stage: FoldStage;
  let stager: InterruptedStager;
  let folder: EventFolder;
  let pin: VersionPin;
  let provider: ProviderId;
  let lease: Lease;
  let seq = 0;
  let count = 0;

  beforeAll(async () => {
    stage = await FoldStage.open();
    const { orm, leases, facts } = stage;
    const stores = new FoldStores();
    const versions = new VersionStores();
    const texts = new SegmentTexts(new SegmentContentStore(), new SegmentChangeStore());
    stager = new InterruptedStager(orm, leases, texts, versions.segments);
    const publish = new PublishVersion(versions, facts);
    const sealer = new Sealer(orm, leases, stores, stager, versions, publish, facts);
    folder = new EventFolder(orm, leases, stores, sealer, new Purger(orm, leases, stores.checkpoints, facts));
    pin = new VersionPin(orm, stores.checkpoints, versions);
  });
  beforeEach(async () => {
    provider = providerId(`p${++count}`);
    seq = 0;
    stager.meanwhile = undefined;
    lease = (await stage.leases.acquire(`fold:${provider}`, 60_000))!;
  });
  afterAll(() => stage.close());

  const event = (type: string, body: unknown): ReadEvent =>
    readOrSetAside({ seq: ++seq, type, body: Buffer.from(JSON.stringify(body)) });
  /** A job that leaves one movie, of that name. */
  const seal = async (name: string): Promise<void> => {
    const movie = { id: 'movie:1', kind: 'movie', categoryIds: ['vod:1'], name };
    const end = { jobId: `job-${seq}`, outcome: 'completed', scopes: [] };
    const type = seq === 0 ? EVENT_TYPE.itemAdded : EVENT_TYPE.itemUpdated;
    const events = [event(type, movie), event(EVENT_TYPE.jobReconciled, end)];
    await folder.fold(provider, lease, events, new AbortController().signal);
  };
  /** Of the segments of kept versions, those without bytes. */
  const lost = () =>
    sql(
      stage.orm.em.fork(),
      `select m.from_version, m.section from snapshot_segment m
        where provider_id = $1 and not exists (select from segment s where s.provider_id = m.provider_id and s.hash = m.hash)`,
      [provider],
    );

  it('I9: stays when a pin is set or lifted before the seal is through', async () => {
    await seal('first');
    stager.meanwhile = () => pin.restore(provider, 1);
    await seal('second');
    expect(await lost()).toEqual([]);
    stager.meanwhile = () => pin.lift(provider);
    await seal('third');
    expect(await lost()).toEqual([]);
  });

  it('I9: stays when it was kept for the pin alone that is lifted meanwhile', async () => {
    await seal('first');
    await pin.restore(provider, 1);
    for (const name of ['second', 'third', 'fourth', 'fifth', 'sixth', 'seventh']) await seal(name);
    stager.meanwhile = () => pin.lift(provider);
    await seal('first');
    expect(await lost()).toEqual([]);
  });

  it('I9: goes at the next seal when it came to no use', async () => {
    await seal('first');
    stager.meanwhile = () => Promise.reject(new Error('the process dies'));
    await expect(seal('never sealed')).rejects.toThrow('the process dies');
    seq -= 1;
    stager.meanwhile = undefined;
    await pin.lift(provider);
    await seal('second');
    const unused = await sql(
      stage.orm.em.fork(),
      `select 1 from segment s where provider_id = $1
          and not exists (select from snapshot_segment m where m.provider_id = s.provider_id and m.hash = s.hash)`,
      [provider],
    );
    expect(unused).toEqual([]);
    expect(await lost()).toEqual([]);
  });
});
