import { Migration } from '@mikro-orm/migrations';

/** What incremental syncs, repeated tries and polite access have to remember. Frozen once released. */
export class Incremental extends Migration {
  override up(): void {
    const statements = [
      `alter table provider
        -- How much the provider was seen to take, and whether it is left alone for a while.
        add column access jsonb,
        add column watermarks jsonb`,
      `alter table sync_job add column only_scopes text[], add column watermarks jsonb`,
      `alter table scope_run
        add column failures integer not null default 0,
        add column attempts integer not null default 3,
        add column memory jsonb`,
      // What the runs of a scope left behind for the next one.
      `create table scope_memory (
        provider_id text not null references provider (id),
        scope text not null,
        memory jsonb,
        -- When a run in mode full was last complete.
        full_at timestamptz,
        -- Live items of the scope, as far as its runs tell.
        listed integer,
        -- Why the next full run should come early, in words.
        full_wanted text,
        primary key (provider_id, scope))`,
      `insert into scope_memory (provider_id, scope, full_at)
        select j.provider_id, r.scope, max(j.finished_at) from scope_run r join sync_job j on j.id = r.job_id
        where j.finished_at is not null and r.mode = 'full' and r.outcome = 'complete' group by 1, 2`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
