import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { providerId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { FoldStage } from '../../e2e/support/fold-stage.js';
import { SegmentStore } from './segment.store.js';

// Real: Postgres.
describe('segments as they are stored', () => {
  let stage: FoldStage;

  beforeAll(async () => {
    stage = await FoldStage.open();
  });
  afterAll(() => stage.close());

  it('lie on the page of their key, as far as they fit', async () => {
    const sizes = [100, 3_000, 6_000, 8_000, 9_000];
    const contents = sizes.map((gzipBytes) => ({
      hash: randomBytes(32),
      data: randomBytes(gzipBytes),
      plainBytes: 4 * gzipBytes,
      gzipBytes,
      crc32: 0,
    }));
    await stage.orm.em.fork().transactional((em) => new SegmentStore().put(em, providerId('p1'), contents));
    const stored = await sql(
      stage.orm.em.fork(),
      `select length(data) as bytes, pg_column_toast_chunk_id(data) is null as in_line from segment where provider_id = 'p1' order by 1`,
      [],
    );
    expect(stored).toEqual(sizes.map((bytes) => ({ bytes, in_line: bytes < 8_100 })));
  });
});
