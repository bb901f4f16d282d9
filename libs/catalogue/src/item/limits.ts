/** Bounds of a normalised item. Lengths are UTF-16 units. */
export const ITEM_LIMITS = {
  externalIdLength: 200,
  /** A category's id is its scope, a colon and its external id. */
  categoryIdLength: 220,
  nameLength: 1_000,
  /** Short texts: country, age rating, container, references … */
  shortTextLength: 200,
  descriptionLength: 65_536,
  listEntries: 200,
  listEntryLength: 500,
  urlLength: 4_000,
  /** Bytes of `extra` as JSON. */
  extraBytes: 16_384,
  extraDepth: 12,
  minYear: 1870,
  maxYear: 2199,
} as const;
