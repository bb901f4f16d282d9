import { Migration } from '@mikro-orm/migrations';
import { leaseTableSql, outboxTableSql } from '@catalogue-sync/persistence';
import { Incremental } from './incremental.migration.js';
import { RowMemory, UnloggedRowMemory } from './row-memory.migration.js';

/** The `fetcher` schema: providers, sync jobs and their scopes. Frozen once released. */
class CreateFetcher extends Migration {
  override up(): void {
    const statements = [
      ...leaseTableSql,
      ...outboxTableSql,
      // A tombstone keeps its id and state only, so that the id is never given again.
      `create table provider (
        id text primary key,
        state text not null check (state in ('active', 'deleting', 'deleted')),
        name text,
        protocol text,
        connection_encrypted bytea,
        origin text,
        settings jsonb,
        endpoint text,
        reset_requested_at timestamptz,
        last_sync_channels timestamptz,
        last_sync_movies timestamptz,
        last_sync_series timestamptz,
        totals jsonb,
        next_run_token bigint,
        catalogue_deleted_at timestamptz,
        snapshot_purged_at timestamptz,
        checked_at timestamptz,
        created_at timestamptz,
        updated_at timestamptz,
        constraint provider_whole_unless_deleted check (state = 'deleted' or (
          name is not null and protocol is not null and connection_encrypted is not null and origin is not null
          and settings is not null and next_run_token is not null and created_at is not null and updated_at is not null)),
        constraint provider_tombstone_is_bare check (state <> 'deleted' or (
          name is null and protocol is null and connection_encrypted is null and origin is null and endpoint is null)))`,
      `create table sync_job (
        id uuid primary key,
        provider_id text not null references provider (id),
        state text not null check (state in
          ('queued', 'fetching', 'reconciling', 'publishing', 'completed', 'partial', 'failed', 'cancelled')),
        trigger text not null,
        requested_mode text not null,
        reason text,
        cancel_requested_at timestamptz,
        created_at timestamptz not null default now(),
        started_at timestamptz,
        finished_at timestamptz,
        checked_at timestamptz not null default now(),
        fetch_outcome text,
        outcome text,
        counts jsonb,
        totals jsonb,
        image_base_url text,
        snapshot_version integer,
        snapshot_changed boolean)`,
      // Invariant I7: one active job per provider.
      `create unique index sync_job_one_active on sync_job (provider_id)
        where state in ('queued', 'fetching', 'reconciling', 'publishing')`,
      `create index sync_job_history on sync_job (provider_id, id desc)`,
      `create table scope_run (
        job_id uuid not null references sync_job (id) on delete cascade,
        scope text not null,
        position integer not null,
        run_token bigint not null,
        mode text not null,
        mode_reason text not null,
        state text not null default 'waiting' check (state in ('waiting', 'fetching', 'fetched', 'reconciled')),
        outcome text,
        reason text,
        attempt integer not null default 0,
        expected_pages integer,
        published_ordinal integer not null default 0,
        item_rows integer not null default 0,
        categories_complete boolean not null default false,
        pages_done integer not null default 0,
        pages_total integer,
        items_fetched integer not null default 0,
        items_total integer,
        declared_total integer,
        primary key (job_id, scope))`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}

export const migrations = [
  { name: '001-create-fetcher', class: CreateFetcher },
  { name: '002-incremental', class: Incremental },
  { name: '003-row-memory', class: RowMemory },
  { name: '004-unlogged-row-memory', class: UnloggedRowMemory },
];
