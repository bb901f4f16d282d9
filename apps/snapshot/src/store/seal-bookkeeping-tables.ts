/** Sums over stretches of the open manifest, so that a seal reads a few rows instead of the whole of it. They follow from it, and are made anew where missing. */
export const sealBookkeepingSql: readonly string[] = [
  `create table segment_run (
     provider_id text collate "C" not null,
     section smallint not null,
     category text collate "C" not null,
     run int not null,
     crc32 bigint not null,
     plain_bytes bigint not null,
     gzip_bytes bigint not null,
     item_count int not null,
     primary key (provider_id, section, category, run)
   )`,
  // What a seal under way counts on, until its manifest names it; what a seal that died had put here no version may come to use.
  `create table staged_segment (
     provider_id text collate "C" not null,
     hash bytea not null,
     primary key (provider_id, hash)
   )`,
  // What goes out of use is looked for by the version that it was last part of.
  `create index snapshot_segment_closed on snapshot_segment (provider_id, to_version) where to_version is not null`,
];

/**
 * Ids of the entries of a dirty segment that changed, as a JSON array; null where all of it is to be read. Whoever marks a segment adds to them; a
 * replica from before there were any does not, and then they are no longer all.
 */
export const changedEntriesSql: readonly string[] = [
  `alter table dirty_segment add column changed jsonb`,
  `create function forget_changed_entries() returns trigger language plpgsql as $$
   begin
     if new.changed = old.changed then new.changed := null; end if;
     return new;
   end $$`,
  `create trigger dirty_segment_marked before update on dirty_segment for each row execute function forget_changed_entries()`,
];
