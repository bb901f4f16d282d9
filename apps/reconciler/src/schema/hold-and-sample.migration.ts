import { Migration } from '@mikro-orm/migrations';

/** What approvals of held removals, the look-out for renumbered catalogues and newest-first runs have to remember. Frozen once released. */
export class HoldAndSample extends Migration {
  override up(): void {
    const statements = [
      // Since when it has been missing from every listing; null while it is listed. An approval removes only what is missing.
      `alter table item_state add column missing_since timestamptz`,
      `alter table category_state add column missing_since timestamptz`,
      `create index item_state_missing on item_state (provider_id) where missing_since is not null`,
      `alter table scope_state
        -- Live items that the scope listed when a run of it was last complete.
        add column listed integer,
        -- An operator has said that the new ids of a renumbered catalogue are right: the next run is not stopped.
        add column renumbering_accepted boolean not null default false`,
      `alter table sweep
        add column changed_rows integer not null default 0,
        add column pending_removals integer not null default 0,
        add column held_removals integer not null default 0,
        add column sample text not null default 'passed' check (sample in ('pending', 'passed', 'suspected')),
        add column sample_known integer not null default 0,
        add column sample_unknown integer not null default 0,
        add column sample_digest text,
        -- Nothing more of it is taken in.
        add column cancelled boolean not null default false`,
      // Jobs that were cancelled before all their scopes had begun here.
      `create table cancelled_job (
        provider_id text not null,
        job_id text not null,
        cancelled_at timestamptz not null default now(),
        primary key (provider_id, job_id))`,
      // Pages that wait until the first rows of their run have shown that the catalogue is still the same.
      `create table sampled_page (
        provider_id text not null,
        run_token bigint not null,
        ordinal integer not null,
        attributes jsonb not null,
        rows text not null,
        primary key (provider_id, run_token, ordinal))`,
      `alter table removal_hold
        add column cause text not null default 'share',
        add column decided_at timestamptz,
        add column decided_by text,
        drop constraint removal_hold_state_check,
        add constraint removal_hold_state_check check (state in ('held', 'approved', 'rejected', 'superseded', 'lapsed'))`,
      `create index removal_hold_newest on removal_hold (provider_id, created_at desc, digest)`,
      `alter table stream_head add column watermarks jsonb not null default '{}'`,
      `alter table dead_letter
        add column scope text,
        add column job_id text,
        add column row_type text,
        add column row_count integer,
        add column mode text,
        -- The page itself, so that it can be replayed.
        add column body bytea,
        add column replayed_at timestamptz`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
