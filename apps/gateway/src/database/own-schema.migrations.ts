import { Migration } from '@mikro-orm/migrations';

/** The Postgres schema that the gateway owns and is the only writer of. */
export const GATEWAY_SCHEMA = 'gateway';

/** Keys, sessions and the log of changes. Frozen once released. */
class CreateGateway extends Migration {
  override up(): void {
    const statements = [
      `create table api_key (
        id text primary key,
        name text not null,
        scopes text[] not null,
        -- SHA-256 of the secret.
        secret_hash bytea not null,
        created_at timestamptz not null default now(),
        created_by text not null,
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz)`,
      `create index api_key_newest on api_key (created_at desc, id desc)`,
      // key_id: the key that a link or a session goes back to, or the id of the key of the environment, which has no row.
      `create table login_token (
        token_hash bytea primary key,
        key_id text not null,
        name text not null,
        scopes text[] not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        used_at timestamptz)`,
      `create table session (
        token_hash bytea primary key,
        id text not null unique,
        key_id text not null,
        name text not null,
        scopes text[] not null,
        created_at timestamptz not null default now(),
        seen_at timestamptz not null default now(),
        expires_at timestamptz not null)`,
      `create index session_of_key on session (key_id)`,
      // What was asked for, written before it is done; and how it ended.
      `create table audit_entry (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        actor_kind text not null,
        actor_id text not null,
        actor_name text not null,
        key_id text not null,
        address text not null,
        action text not null,
        provider_id text,
        subject jsonb not null,
        fields jsonb not null)`,
      `create index audit_entry_of_provider on audit_entry (provider_id, id desc) where provider_id is not null`,
      `create index audit_entry_of_actor on audit_entry (key_id, id desc)`,
      `create table audit_outcome (
        entry_id bigint primary key references audit_entry (id),
        at timestamptz not null default now(),
        status integer not null,
        code text,
        provider_id text,
        subject jsonb not null)`,
      `create index audit_outcome_of_provider on audit_outcome (provider_id) where provider_id is not null`,
      `create function refuse_change() returns trigger language plpgsql as
        $$ begin raise exception 'the audit log only grows'; end $$`,
      ...['audit_entry', 'audit_outcome'].map(
        (table) => `create trigger only_grows before update or delete or truncate on ${table}
          for each statement execute function refuse_change()`,
      ),
    ];
    for (const statement of statements) this.addSql(statement);
  }
}

/** Answers that are given again to who sends the same request again. Frozen once released. */
class KeepAnswers extends Migration {
  override up(): void {
    this.addSql(`create table idempotent_answer (
        id bytea primary key,
        digest bytea not null,
        -- Of the request that does the work.
        token uuid not null default gen_random_uuid(),
        begun_at timestamptz not null default now(),
        -- Null while it is worked on.
        status integer,
        location text,
        body text)`);
    this.addSql('create index idempotent_answer_oldest on idempotent_answer (begun_at)');
  }
}

export const migrations = [
  { name: '001-create-gateway', class: CreateGateway },
  { name: '002-keep-answers', class: KeepAnswers },
];
