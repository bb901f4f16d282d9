import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError } from '@catalogue-sync/contracts';
import { startPostgres, waitFor, type TestPostgres } from '@catalogue-sync/testing';
import { Migration } from '@mikro-orm/migrations';
import type { MikroORM } from '@mikro-orm/postgresql';
import { createOrm } from '../orm/create-orm.js';
import { migrate } from '../orm/migrate.js';
import { sql } from '../orm/sql.js';
import { LeaseStore } from './lease.store.js';
import { leaseTableSql } from './lease.table.js';

class LeaseMigration extends Migration {
  override up(): void {
    for (const statement of leaseTableSql) this.addSql(statement);
    this.addSql('create table written (token bigint not null)');
  }
}

describe('LeaseStore on Postgres', () => {
  let postgres: TestPostgres;
  let orm: MikroORM;
  let ours: LeaseStore;
  let theirs: LeaseStore;

  beforeAll(async () => {
    postgres = await startPostgres();
    orm = await createOrm({
      url: await postgres.createDatabase(),
      schema: 'leases',
      entities: [],
      migrations: [{ name: '001-lease', class: LeaseMigration }],
    });
    await migrate(orm);
    ours = new LeaseStore(orm, 'ours');
    theirs = new LeaseStore(orm, 'theirs');
  });
  afterAll(async () => {
    await orm?.close(true);
    await postgres?.stop();
  });

  const expired = (store: LeaseStore, name: string) =>
    waitFor(() => store.acquire(name, 60_000), { what: 'the lease to expire' });

  it('gives a free lease to one of many that ask at once', async () => {
    const askers = Array.from({ length: 8 }, (_, index) => new LeaseStore(orm, `asker-${index}`));
    const answers = await Promise.all(askers.map((asker) => asker.acquire('race', 60_000)));
    const winners = answers.filter((lease) => lease !== undefined);
    expect(winners).toHaveLength(1);
    expect(winners[0]).toMatchObject({ name: 'race', token: 1 });
  });

  it('gives an expired lease to one of many that ask at once, with a higher token', async () => {
    await ours.acquire('expired-race', 1);
    await waitFor(async () => {
      const [row] = await sql<{ over: boolean }>(
        orm.em.fork(),
        `select expires_at < clock_timestamp() as over from lease where name = 'expired-race'`,
      );
      return row?.over;
    });
    const askers = Array.from({ length: 8 }, (_, index) => new LeaseStore(orm, `asker-${index}`));
    const answers = await Promise.all(askers.map((asker) => asker.acquire('expired-race', 60_000)));
    const winners = answers.filter((lease) => lease !== undefined);
    expect(winners.map((lease) => lease.token)).toEqual([2]);
  });

  it('refuses a held lease, to its own holder too, until it is released', async () => {
    const lease = await ours.acquire('held', 60_000);
    expect(await theirs.acquire('held', 60_000)).toBeUndefined();
    expect(await ours.acquire('held', 60_000)).toBeUndefined();
    await ours.release(lease!);
    expect(await theirs.acquire('held', 60_000)).toEqual({ name: 'held', owner: 'theirs', token: 2 });
  });

  it('renews what is held or ran out untaken, and nothing else', async () => {
    const lease = await ours.acquire('renewed', 1);
    expect(await ours.renew(lease!, 60_000)).toBe(true);
    expect(await theirs.acquire('renewed', 60_000)).toBeUndefined();
    await ours.release(lease!);
    expect(await ours.renew(lease!, 60_000)).toBe(false);
    await theirs.acquire('renewed', 60_000);
    expect(await ours.renew(lease!, 60_000)).toBe(false);
  });

  it('refuses the write of a zombie whose lease was taken over', async () => {
    const zombie = await ours.acquire('zombie', 1);
    const successor = await expired(theirs, 'zombie');
    expect(successor.token).toBe(2);
    const write = orm.em.fork().transactional(async (em) => {
      await sql(em, 'insert into written values ($1)', [zombie!.token]);
      await ours.assertHeld(em, zombie!);
    });
    await expect(write).rejects.toMatchObject({ code: 'lease-lost' });
    await expect(write).rejects.toBeInstanceOf(CatalogueSyncError);
    expect(await sql(orm.em.fork(), 'select * from written')).toEqual([]);
    await ours.release(zombie!);
    expect(await theirs.renew(successor, 60_000)).toBe(true);
  });

  it('refuses the write of a holder whose lease ran out, though nobody took it', async () => {
    const lease = await ours.acquire('ran-out', 1);
    const code = await waitFor(async () => {
      try {
        await orm.em.fork().transactional((em) => ours.assertHeld(em, lease!));
      } catch (error) {
        return (error as CatalogueSyncError).code;
      }
      return undefined;
    });
    expect(code).toBe('lease-lost');
  });

  it('keeps an asserted lease from being taken before the commit, without making the asker wait', async () => {
    const lease = await ours.acquire('asserted', 300);
    await orm.em.fork().transactional(async (em) => {
      await ours.assertHeld(em, lease!);
      await sql(em, `select pg_sleep(0.35)`);
      const askedAt = performance.now();
      expect(await theirs.acquire('asserted', 60_000)).toBeUndefined();
      expect(performance.now() - askedAt).toBeLessThan(200);
      // The holder's own renewal is not shut out by its own transaction.
      expect(await ours.renew(lease!, 1)).toBe(true);
    });
    expect((await expired(theirs, 'asserted')).token).toBe(2);
  });

  it('takes nothing for granted outside a transaction', async () => {
    const lease = await ours.acquire('no-transaction', 60_000);
    await expect(ours.assertHeld(orm.em.fork(), lease!)).rejects.toThrow('transaction');
  });
});
