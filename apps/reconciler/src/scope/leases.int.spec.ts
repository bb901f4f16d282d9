import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { JobId, ScopeFetched } from '@catalogue-sync/contracts';
import { LeaseStore, OutboxStore, createOrm } from '@catalogue-sync/persistence';
import { waitFor } from '@catalogue-sync/testing';
import {
  LEASE_TTL_MS,
  onReconcilerStage,
  movie,
  movies,
  newProvider,
  subjectsOf,
} from '../../e2e/support/reconciler-stage.js';
import { SettleRemovals } from '../removal/settle-removals.js';
import { RECONCILER_SCHEMA } from '../schema/schema-name.js';
import { CloseScope } from './close-scope.js';

const on = onReconcilerStage();

describe('I8 a lease, not a hope', () => {
  it('waits for the lease of another holder, and goes on when it has run out (I8)', async () => {
    const provider = newProvider();
    const orm = await createOrm({
      url: on.stage.databaseUrl,
      schema: RECONCILER_SCHEMA,
      entities: [],
      migrations: [],
    });
    const taken = await new LeaseStore(orm, 'someone-else').acquire(`provider:${provider}`, LEASE_TTL_MS);
    const run = on.stage.run(provider, 1);
    await run.page(movies(1, 3));
    await run.end();
    const held = Date.now();
    const events = await run.reconciled();
    expect(taken).toBeDefined();
    expect(Date.now() - held).toBeGreaterThan(LEASE_TTL_MS / 2);
    expect(subjectsOf(events, 'item-added')).toHaveLength(3);
    await orm.close();
  });

  it('refuses the write of a holder whose lease has passed on (I8)', async () => {
    const provider = newProvider();
    const orm = await createOrm({
      url: on.stage.databaseUrl,
      schema: RECONCILER_SCHEMA,
      entities: [],
      migrations: [],
    });
    const name = `provider:${provider}`;
    const zombie = await new LeaseStore(orm, 'zombie').acquire(name, 1);
    await waitFor(() => new LeaseStore(orm, 'heir').acquire(name, 60_000), { what: 'the lease to pass on' });
    const fetched: ScopeFetched = {
      jobId: randomUUID() as JobId,
      scope: 'movie',
      runToken: 1,
      mode: 'full',
      expectedPages: 0,
      outcome: 'complete',
      itemRows: 0,
      categoriesComplete: true,
      removalConfirmations: 1,
    };
    if (!zombie) throw new Error('the lease was not free');
    const write = new CloseScope(
      orm,
      new LeaseStore(orm, 'zombie'),
      new SettleRemovals(new OutboxStore(orm)),
    ).noteFetched(provider, zombie, fetched);
    await expect(write).rejects.toMatchObject({ code: 'lease-lost' });
    const { rows } = await on.stage.db.query(`select 1 from catalogue.sweep where provider_id = $1`, [
      provider,
    ]);
    expect(rows).toEqual([]);
    await orm.close();
  });

  it('goes on where it stood after a restart in the middle of a run', async () => {
    const provider = newProvider();
    const run = on.stage.run(provider, 1);
    await run.page(movies(1, 300));
    await waitFor(async () => (await on.stage.log(provider)).length >= 300, { what: 'the first page' });
    await on.stage.stopReconciler();
    await run.page([movie(7, 'Another text of film 7'), ...movies(301, 400)]);
    await run.end();
    await on.stage.startReconciler('reconciler-2');
    const events = await run.reconciled();
    expect(subjectsOf(events, 'item-added')).toHaveLength(400);
    expect(subjectsOf(events, 'item-updated')).toEqual([]);
  });
});
