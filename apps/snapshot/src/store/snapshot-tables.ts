/** Versions, and what they are made of. */
export const snapshotTablesSql: readonly string[] = [
  `create table snapshot (
     provider_id text collate "C" not null,
     version int not null,
     current boolean not null,
     as_of_seq bigint not null,
     job_id text not null,
     generated_at timestamptz(3) not null,
     confirmed_at timestamptz(3) not null,
     incomplete_scopes text[] not null,
     image_base_url text,
     total_movies int not null,
     total_series int not null,
     total_channels int not null,
     items_added int not null,
     items_updated int not null,
     items_removed int not null,
     body_plain_bytes bigint not null,
     body_gzip_bytes bigint not null,
     body_crc32 bigint not null,
     plain_bytes bigint not null,
     gzip_bytes bigint not null,
     primary key (provider_id, version)
   )`,
  `create unique index snapshot_current on snapshot (provider_id) where current`,
  // Bytes by the hash of their plain content. Already compressed, so Postgres does not try again.
  `create table segment (
     provider_id text collate "C" not null,
     hash bytea not null,
     data bytea not null,
     primary key (provider_id, hash)
   )`,
  `alter table segment alter column data set storage external`,
  // The manifests of all versions in one temporal table: a row belongs to the versions from from_version up to, not including, to_version.
  `create table snapshot_segment (
     provider_id text collate "C" not null,
     section smallint not null,
     category text collate "C" not null,
     part int not null,
     hash bytea not null,
     crc32 bigint not null,
     plain_bytes int not null,
     gzip_bytes int not null,
     item_count int not null,
     from_version int not null,
     to_version int,
     primary key (provider_id, section, category, part, from_version)
   )`,
  `create unique index snapshot_segment_open on snapshot_segment (provider_id, section, category, part) where to_version is null`,
  `create index snapshot_segment_hash on snapshot_segment (hash, provider_id)`,
  // Into how many parts the entries of a category are cut.
  `create table segment_group (
     provider_id text collate "C" not null,
     section smallint not null,
     category text collate "C" not null,
     parts int not null,
     primary key (provider_id, section, category)
   )`,
];

/**
 * A segment lies on the page of its key, as far as it fits: read from the disk it is one page, and not its row, a leaf of an index and one or two pages of pieces.
 * One that was written before stays as it is.
 */
export const segmentsInLineSql: readonly string[] = [`alter table segment set (toast_tuple_target = 8160)`];
