import { Migration } from '@mikro-orm/migrations';

/** What a run has not seen, told once. Frozen once released. */
export class RunAbsence extends Migration {
  override up(): void {
    // Filled and emptied by the transaction that ends a scope: what of it the run has not seen, and how many complete runs before missed it.
    this.addSql(`create table run_absence (
      provider_id text not null,
      run_token bigint not null,
      kind text not null,
      id text not null,
      missed_runs smallint not null,
      primary key (provider_id, run_token, kind, id))`);
    // Ids by the thousand that live for a minute: packing them takes longer than writing them.
    this.addSql(`alter table sweep_page alter column item_ids set storage external`);
  }
}
