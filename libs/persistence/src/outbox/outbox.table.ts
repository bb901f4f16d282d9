/** For a service's first migration. */
export const outboxTableSql: string[] = [
  `create table outbox (
    id bigint generated always as identity primary key,
    message_id text not null unique,
    subject text not null,
    type text not null,
    provider_id text not null,
    job_id text,
    body text not null,
    created_at timestamptz not null default clock_timestamp(),
    published_at timestamptz
  )`,
  `create index outbox_pending on outbox (id) where published_at is null`,
  `create index outbox_published on outbox (published_at) where published_at is not null`,
];
