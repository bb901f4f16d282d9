/** The views that the role `catalogue_reader` may read: the face of this schema towards the gateway (see READING.md). */
export const readerViews: readonly string[] = [
  'v_snapshot',
  'v_snapshot_segment',
  'v_segment',
  'v_projection',
];

export const readerViewsSql: readonly string[] = [
  `create view v_snapshot as
     select provider_id, version, current, as_of_seq, generated_at, confirmed_at, incomplete_scopes, image_base_url,
            total_movies, total_series, total_channels, items_added, items_updated, items_removed,
            body_plain_bytes, body_gzip_bytes, body_crc32, plain_bytes, gzip_bytes
       from snapshot`,
  `create view v_snapshot_segment as
     select s.provider_id, s.version, m.section, m.category, m.part, m.hash, m.crc32, m.plain_bytes, m.gzip_bytes, m.item_count
       from snapshot s
       join snapshot_segment m on m.provider_id = s.provider_id
                              and m.from_version <= s.version and (m.to_version is null or m.to_version > s.version)`,
  `create view v_segment as select provider_id, hash, data from segment`,
  `create view v_projection as
     select provider_id, state, seq as folded_seq, nullif(version, 0) as current_version,
            total_channels, total_movies, total_series, last_job_id, updated_at
       from checkpoint`,
];
