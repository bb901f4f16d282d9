import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { sql } from '../orm/sql.js';

/** The right to write for `name` until it expires; `token` rises with each change of holder. */
export interface Lease {
  name: string;
  owner: string;
  token: number;
}

/**
 * Leases by the database's clock (table of `leaseTableSql`). Holding one is a hint until `assertHeld` has locked it inside the
 * transaction that writes: only that keeps a zombie's write out.
 */
export class LeaseStore {
  constructor(
    private readonly orm: MikroORM,
    private readonly owner: string,
  ) {}

  /**
   * Takes the lease when it is free or has expired, else answers undefined at once. It never waits for a holder's transaction:
   * a row that is locked by `assertHeld` counts as taken.
   */
  async acquire(name: string, ttlMs: number): Promise<Lease | undefined> {
    const [row] = await sql<{ token: string }>(
      this.orm.em.fork(),
      `with free as (
         select name from lease where name = $1 and expires_at <= clock_timestamp() for update skip locked
       ), taken as (
         update lease set owner = $2, token = lease.token + 1, expires_at = clock_timestamp() + $3 * interval '1 millisecond'
         from free where lease.name = free.name returning lease.token
       ), made as (
         insert into lease (name, owner, token, expires_at)
         select $1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond'
         where not exists (select from lease where name = $1)
         on conflict (name) do nothing returning token
       )
       select token from taken union all select token from made`,
      [name, this.owner, ttlMs],
    );
    return row && { name, owner: this.owner, token: Number(row.token) };
  }

  /**
   * Prolongs the lease to `ttlMs` from now. False when it has another holder, or was released. A lease that ran out and was taken by
   * nobody is still ours: nothing can have happened in between.
   */
  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    const rows = await sql(
      this.orm.em.fork(),
      `update lease set expires_at = clock_timestamp() + $4 * interval '1 millisecond'
       where name = $1 and owner = $2 and token = $3 returning 1`,
      [lease.name, lease.owner, lease.token, ttlMs],
    );
    return rows.length === 1;
  }

  /** Gives the lease back; without effect when it is no longer ours. */
  async release(lease: Lease): Promise<void> {
    await sql(
      this.orm.em.fork(),
      `update lease set owner = '', expires_at = '-infinity' where name = $1 and owner = $2 and token = $3`,
      [lease.name, lease.owner, lease.token],
    );
  }

  /**
   * Call inside the transaction that writes. Locks the lease until its end, so that nobody can take it over before the commit, and throws
   * `lease-lost` when it has another holder or has run out. KEY SHARE is the lock that keeps out an acquirer's FOR UPDATE and lets
   * the holder's own renewals pass.
   */
  async assertHeld(em: SqlEntityManager, lease: Lease): Promise<void> {
    if (!em.isInTransaction()) throw new Error('assertHeld() needs the transaction that it guards');
    const rows = await sql(
      em,
      `select 1 from lease
       where name = $1 and owner = $2 and token = $3 and expires_at > clock_timestamp() for key share`,
      [lease.name, lease.owner, lease.token],
    );
    if (rows.length === 0) {
      throw new CatalogueSyncError(
        ERROR_CODE.leaseLost,
        `The lease on ${lease.name} is no longer held by ${lease.owner} (token ${lease.token}): drop the work, its new holder does it.`,
      );
    }
  }
}
