import { Migration } from '@mikro-orm/migrations';

/** The `scheduler` schema: providers it has seen, schedules and their ticks. Frozen once released. */
class CreateScheduler extends Migration {
  override up(): void {
    const statements = [
      // Remembered apart from the schedules: who deletes the default one does not get it again.
      `create table known_provider (
        provider_id text primary key,
        seen_at timestamptz not null)`,
      `create table schedule (
        id uuid primary key default gen_random_uuid(),
        provider_id text not null references known_provider (provider_id) on delete cascade,
        cron text not null,
        time_zone text not null,
        jitter_seconds integer not null check (jitter_seconds between 0 and 3600),
        mode text not null check (mode in ('auto', 'full', 'head', 'list')),
        paused boolean not null,
        fault text,
        next_due_at timestamptz not null,
        created_at timestamptz not null default now())`,
      `create index schedule_of_provider on schedule (provider_id, created_at)`,
      `create index schedule_next_due on schedule (next_due_at) where not paused`,
      `create table tick (
        schedule_id uuid not null references schedule (id) on delete cascade,
        due_at timestamptz not null,
        state text not null default 'due' check (state in ('due', 'answered', 'refused')),
        attempts integer not null default 0,
        try_at timestamptz not null,
        -- When the first and the last order went out whose answer nobody saw.
        first_sent_at timestamptz,
        last_sent_at timestamptz,
        job_id uuid,
        failure text,
        primary key (schedule_id, due_at))`,
      `create index tick_to_send on tick (try_at) where state = 'due'`,
      `create index tick_to_trim on tick (due_at) where state <> 'due'`,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}

export const migrations = [{ name: '001-create-scheduler', class: CreateScheduler }];
