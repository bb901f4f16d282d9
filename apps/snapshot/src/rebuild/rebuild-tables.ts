/** What a rebuild keeps of itself. The catalogue that it folds stands in the tables of the projection, under a name that no provider has. */
export const rebuildTablesSql: readonly string[] = [
  // The last rebuild of a provider: what it is at, or what it found.
  `create table rebuild (
     provider_id text collate "C" primary key,
     state text not null check (state in ('running', 'done', 'failed')),
     events_read bigint not null default 0,
     events_total bigint not null,
     started_at timestamptz(3) not null default now(),
     updated_at timestamptz(3) not null default now(),
     report jsonb,
     reason text
   )`,
  // Filled and emptied within the transaction that puts things right.
  `create table rebuild_difference (
     provider_id text collate "C" not null,
     part text not null check (part in ('item', 'category', 'search')),
     id text collate "C" not null,
     difference text not null check (difference in ('missing', 'surplus', 'different')),
     primary key (provider_id, part, id)
   )`,
];
