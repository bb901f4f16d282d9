import { Migration } from '@mikro-orm/migrations';

/** The `notifier` schema: webhooks, their deliveries, and what is remembered of providers and syncs. Frozen once released. */
class CreateNotifier extends Migration {
  override up(): void {
    const statements = [
      `create table webhook (
        id uuid primary key,
        url text not null,
        secret bytea not null,
        events text[] not null,
        provider_id text,
        enabled boolean not null,
        disabled_reason text,
        created_at timestamptz not null default now())`,
      // One message to one webhook; its id is what receivers know it by.
      `create table delivery (
        id uuid primary key,
        webhook_id uuid not null references webhook (id) on delete cascade,
        message_key text not null,
        type text not null,
        provider_id text,
        body text not null,
        state text not null default 'due' check (state in ('due', 'delivered', 'failed')),
        attempts integer not null default 0,
        try_at timestamptz not null,
        created_at timestamptz not null,
        last_attempt_at timestamptz,
        last_status integer,
        last_error text,
        unique (webhook_id, message_key))`,
      `create index delivery_to_make on delivery (try_at) where state = 'due'`,
      `create index delivery_to_trim on delivery (created_at) where state <> 'due'`,
      `create index delivery_log on delivery (webhook_id, created_at, id)`,
      // Kept when its provider is gone: ids are never used again, and late facts must not bring it back.
      `create table provider_watch (
        provider_id text primary key,
        since timestamptz not null,
        last_success_at timestamptz,
        stale boolean not null default false,
        troubled boolean not null default false,
        gone boolean not null default false)`,
      // Syncs whose end was told: a fact that comes twice is told once.
      `create table told_sync (
        job_id uuid primary key,
        told_at timestamptz not null)`,
      `create index told_sync_to_trim on told_sync (told_at)`,
      // Held removals that wait for the end of their sync.
      `create table pending_hold (
        job_id uuid not null,
        digest text not null,
        provider_id text not null,
        held_at timestamptz not null,
        held jsonb not null,
        primary key (job_id, digest))`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}

/** A secret that was replaced is good for a while. Frozen once released. */
class KeepOldSecrets extends Migration {
  override up(): void {
    this.addSql('alter table webhook add column old_secret_until timestamptz');
  }
}

export const migrations = [
  { name: '001-create-notifier', class: CreateNotifier },
  { name: '002-keep-old-secrets', class: KeepOldSecrets },
];
