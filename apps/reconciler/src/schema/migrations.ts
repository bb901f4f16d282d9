import { Migration } from '@mikro-orm/migrations';
import { grantReaderSql, leaseTableSql, outboxTableSql } from '@catalogue-sync/persistence';
import { HoldAndSample } from './hold-and-sample.migration.js';
import { RunAbsence } from './run-absence.migration.js';
import { SeenItems } from './seen-items.migration.js';
import { RECONCILER_SCHEMA } from './schema-name.js';
import { TrimmedLog } from './trimmed-log.migration.js';

/** The `catalogue` schema: event log, current state, runs in progress. Frozen once released. */
class CreateCatalogue extends Migration {
  override up(): void {
    const statements = [
      ...leaseTableSql,
      ...outboxTableSql,
      // One row per provider: the lock under which its sequence numbers are given (I2).
      `create table stream_head (
        provider_id text primary key,
        seq bigint not null default 0,
        first_seq bigint not null default 1,
        state text not null default 'active' check (state in ('active', 'deleted')),
        channels integer not null default 0,
        movies integer not null default 0,
        series integer not null default 0)`,
      // The record (I1). \`data\` is the body as it is published, byte for byte: text, because no SQL looks inside.
      `create table event (
        provider_id text not null,
        seq bigint not null,
        type text not null,
        kind text,
        subject text,
        job_id text,
        reason text,
        recorded_at timestamptz not null default now(),
        data text not null,
        primary key (provider_id, seq))`,
      // An item's own events, newest first: its history, and its fields when only its categories changed.
      `create index event_subject on event (provider_id, subject, seq) where subject is not null`,
      // What the last sync left: no payload, that lives in the event log and in the projection.
      `create table item_state (
        provider_id text not null,
        item_id text not null,
        kind text not null,
        fingerprint bytea not null,
        fingerprint_version smallint not null,
        scopes text[] not null,
        category_ids text[] not null,
        absent_runs smallint not null default 0,
        primary key (provider_id, item_id))`,
      `create table category_state (
        provider_id text not null,
        category_id text not null,
        scope text not null,
        external_id text not null,
        fingerprint bytea not null,
        absent_runs smallint not null default 0,
        primary key (provider_id, category_id))`,
      // What is remembered of a scope between runs.
      `create table scope_state (
        provider_id text not null,
        scope text not null,
        newest_run_token bigint not null,
        -- Rows without a readable id in the last run that had all its pages: the portal's habit.
        last_unidentified integer,
        primary key (provider_id, scope))`,
      `create table sweep (
        provider_id text not null,
        run_token bigint not null,
        scope text not null,
        job_id text not null,
        state text not null default 'open' check (state in ('open', 'closed', 'superseded')),
        pages integer not null default 0,
        parked_pages integer not null default 0,
        item_rows integer not null default 0,
        malformed_rows integer not null default 0,
        unidentified_rows integer not null default 0,
        category_rows integer not null default 0,
        counts jsonb not null,
        fetched jsonb,
        outcome text,
        reason text,
        primary key (provider_id, run_token))`,
      `create index sweep_job on sweep (provider_id, job_id)`,
      // One row per page with the ids it held: an anti-join over them proves absence, and a known ordinal is never taken twice.
      `create table sweep_page (
        provider_id text not null,
        run_token bigint not null,
        ordinal integer not null,
        item_ids text[] not null,
        category_ids text[] not null,
        primary key (provider_id, run_token, ordinal))`,
      // Known items whose categories looked different: compared once, when the scope ends and all memberships are known.
      `create table deferred_row (
        id bigint generated always as identity primary key,
        provider_id text not null,
        run_token bigint not null,
        item_id text not null,
        first_of_run boolean not null,
        fingerprint bytea not null,
        category_ids text[] not null,
        payload text not null)`,
      `create index deferred_row_item on deferred_row (provider_id, run_token, item_id)`,
      `create table reconciled_job (
        provider_id text not null,
        job_id text not null,
        fetched jsonb not null,
        reconciled_seq bigint,
        primary key (provider_id, job_id))`,
      `create table removal_hold (
        provider_id text not null,
        digest text not null,
        scope text not null,
        kind text not null,
        state text not null default 'held' check (state in ('held', 'approved', 'rejected', 'superseded')),
        count integer not null,
        reason text not null,
        job_id text not null,
        item_ids text[] not null,
        created_at timestamptz not null default now(),
        primary key (provider_id, digest))`,
      // How much was removed when, for the guard's sum over seven days.
      `create table removal_tally (
        provider_id text not null,
        scope text not null,
        kind text not null,
        count integer not null,
        removed_at timestamptz not null default now())`,
      `create index removal_tally_recent on removal_tally (provider_id, scope, removed_at)`,
      `create table dead_letter (
        id bigint generated always as identity primary key,
        provider_id text not null,
        message_id text not null,
        type text not null,
        run_token bigint,
        ordinal integer,
        reason text not null,
        parked_at timestamptz not null default now(),
        unique (provider_id, message_id))`,
      `create view v_event as
        select provider_id, seq, type, kind, subject, job_id, reason, recorded_at, data from event`,
      `create view v_stream_head as select provider_id, seq, first_seq, state from stream_head`,
      ...grantReaderSql(RECONCILER_SCHEMA, ['v_event', 'v_stream_head']),
    ];
    for (const statement of statements) this.addSql(statement);
  }
}

export const migrations = [
  { name: '001-create-catalogue', class: CreateCatalogue },
  { name: '002-hold-and-sample', class: HoldAndSample },
  { name: '003-trimmed-log', class: TrimmedLog },
  { name: '004-run-absence', class: RunAbsence },
  { name: '005-seen-items', class: SeenItems },
];
