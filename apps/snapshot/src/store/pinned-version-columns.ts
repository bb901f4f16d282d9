/** One version of a provider may be served, and kept, in the place of the newest one. */
export const pinnedVersionSql: readonly string[] = [
  `alter table snapshot add column pinned boolean not null default false`,
  `create unique index snapshot_pinned on snapshot (provider_id) where pinned`,
  `create or replace view v_snapshot as
     select provider_id, version, current, as_of_seq, generated_at, confirmed_at, incomplete_scopes, image_base_url,
            total_movies, total_series, total_channels, items_added, items_updated, items_removed,
            body_plain_bytes, body_gzip_bytes, body_crc32, plain_bytes, gzip_bytes, pinned
       from snapshot`,
];
