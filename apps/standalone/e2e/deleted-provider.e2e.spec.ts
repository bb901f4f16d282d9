import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { waitFor } from '@catalogue-sync/testing';
import { expectAgreement } from './support/oracle.js';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

describe('a provider deleted in the middle of its sync', () => {
  let system: System;
  let simulator: Simulator;
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  /** Rows that name the provider, by table, over the schemas of all services. */
  async function leftovers(provider: string): Promise<Record<string, number>> {
    const db = new pg.Client({ connectionString: system.ready.postgres });
    await db.connect();
    try {
      const { rows: tables } = await db.query<{ name: string }>(
        `select format('%I.%I', table_schema, table_name) as name from information_schema.columns
         join information_schema.tables using (table_schema, table_name)
         where column_name = 'provider_id' and table_type = 'BASE TABLE'`,
      );
      const counts: Record<string, number> = {};
      for (const { name } of tables) {
        const { rows } = await db.query<{ n: number }>(
          `select count(*)::int as n from ${name} where provider_id = $1`,
          [provider],
        );
        if ((rows[0]?.n ?? 0) > 0) counts[name] = rows[0]?.n ?? 0;
      }
      return counts;
    } finally {
      await db.end();
    }
  }

  it('leaves tombstones and its last event behind, nothing else, and hurts no other', async () => {
    const doomed = await simulator.catalogue('doomed', { movies: 20_000, series: 1000, channels: 500 });
    const spared = await simulator.catalogue('spared', { movies: 3000, series: 300, channels: 200 });
    const gone = await system.addProvider('Doomed', doomed.stalker, { requestsPerSecond: 400 });
    const kept = await system.addProvider('Spared', spared.xtream);
    await system.startSync(gone);
    const { job: running } = await system.startSync(kept);
    await waitFor(
      async () =>
        ((await system.status(gone)).activeJob?.scopes ?? []).some((scope) => scope.itemsReconciled > 500),
      { timeoutMs: 60_000, what: 'the doomed provider to be in the middle of its sync' },
    );

    expect((await system.call('DELETE', `/api/providers/${gone}`)).status).toBe(202);
    await waitFor(async () => (await system.call('GET', `/api/providers/${gone}`)).status === 404, {
      timeoutMs: 60_000,
      what: 'the provider to be gone',
    });
    // The outbox keeps the fact that the provider was purged for a day, as it keeps every fact. The audit log only grows.
    const tombstones = [
      'catalogue.event',
      'catalogue.stream_head',
      'snapshot.checkpoint',
      'snapshot.outbox',
      'notifier.provider_watch',
      'gateway.audit_entry',
      'gateway.audit_outcome',
    ];
    await waitFor(
      async () => {
        const tables = Object.keys(await leftovers(gone)).filter((table) => !tombstones.includes(table));
        if (tables.length > 0) throw new Error(`rows are left in ${tables.join(', ')}`);
        return true;
      },
      { timeoutMs: 60_000, what: 'every service to have purged the provider' },
    );
    expect((await leftovers(gone))['catalogue.event']).toBe(1);

    const nats = await connect({ servers: system.ready.nats });
    const manager = await jetstreamManager(nats);
    const events = await manager.streams.info('CATALOGUE_EVENTS', {
      subjects_filter: `catalogue.events.${gone}.>`,
    });
    expect(events.state.subjects).toEqual({ [`catalogue.events.${gone}.sync.provider-deleted`]: 1 });
    const pages = await manager.streams.info('CATALOGUE_PAGES', {
      subjects_filter: `catalogue.pages.${gone}.>`,
    });
    expect(pages.state.subjects ?? {}).toEqual({});
    await nats.close();

    expect((await system.jobEnd(kept, running.id)).state).toBe('completed');
    expect((await expectAgreement(system, kept)).ids).toEqual(await simulator.expectedIds('spared'));
  });
});
