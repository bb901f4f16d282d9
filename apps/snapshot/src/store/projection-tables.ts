/**
 * What the fold keeps. Texts that are compared or sorted collate "C": byte order, the same as in JavaScript buffers and on every server.
 * `slot` is the place of an id on the scale of libs/snapshot-format: a segment is a range of slots of a category.
 */
export const projectionTablesSql: readonly string[] = [
  // One row per provider: how far its events are folded. A deleted provider keeps its row as the tombstone.
  `create table checkpoint (
     provider_id text collate "C" primary key,
     state text not null default 'active' check (state in ('active', 'deleted')),
     seq bigint not null default 0,
     stream_seq bigint,
     version int not null default 0,
     total_channels int not null default 0,
     total_movies int not null default 0,
     total_series int not null default 0,
     items_added int not null default 0,
     items_updated int not null default 0,
     items_removed int not null default 0,
     image_base_url text,
     incomplete_scopes text[] not null default '{}',
     last_job_id text,
     last_job_changed boolean,
     updated_at timestamptz(3) not null default now()
   )`,
  // payload is the item's JSON as the event brought it: text, because SQL never looks inside.
  // more_categories is a JSON array of the categories beside the primary one, null where there are none.
  `create table projected_item (
     provider_id text collate "C" not null,
     item_id text collate "C" not null,
     kind text collate "C" not null,
     category text collate "C" not null,
     more_categories text,
     slot int not null,
     added_in int not null,
     updated_in int,
     payload text not null,
     primary key (provider_id, item_id)
   )`,
  // The provider stands late in it, so that the planner, while it has no statistics, never takes it for finding items by provider and id.
  `create index projected_item_segment on projected_item (category, kind, provider_id, slot)`,
  // Listings of items in categories beside their primary one; few providers have many.
  `create table category_listing (
     provider_id text collate "C" not null,
     kind text collate "C" not null,
     category text collate "C" not null,
     slot int not null,
     item_id text collate "C" not null,
     primary key (provider_id, kind, category, slot, item_id)
   )`,
  `create table projected_category (
     provider_id text collate "C" not null,
     category_id text collate "C" not null,
     slot int not null,
     payload text not null,
     primary key (provider_id, category_id)
   )`,
  `create index projected_category_segment on projected_category (slot, provider_id)`,
  // Segments to build at the next seal, and by how many entries each grew or shrank since the last one.
  `create table dirty_segment (
     provider_id text collate "C" not null,
     section smallint not null,
     category text collate "C" not null,
     part int not null,
     delta int not null,
     primary key (provider_id, section, category, part)
   )`,
  // Events that could not be folded; the checkpoint went past them, and the message is among the dead letters.
  `create table parked_event (
     provider_id text collate "C" not null,
     seq bigint not null,
     type text not null,
     reason text not null,
     parked_at timestamptz(3) not null default now(),
     primary key (provider_id, seq)
   )`,
];

/** The lists of ids are read from the index alone: an item's row, far from the next one's, is many times as long as its id. */
export const idsInSegmentIndexSql: readonly string[] = [
  `create index projected_item_segment_ids on projected_item (category, kind, provider_id, slot) include (item_id)`,
  `drop index projected_item_segment`,
];
