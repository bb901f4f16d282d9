/** `flip`: strings with one request, numbers with the next. */
export const VALUE_TYPES = ['strings', 'numbers', 'flip'] as const;
/** `quoted`: the same id as the other JSON type, "123" beside 123. */
export const DUPLICATE_FORMS = ['equal', 'different', 'quoted'] as const;
export const BAD_ROW_FORMS = ['no-id', 'null-id', 'null', 'text', 'number', 'list'] as const;
export const TEXT_FORMS = [
  'null-name',
  'lone-surrogate',
  'nul',
  'entities',
  'markup',
  'controls',
  'long',
] as const;
export const DATE_FORMS = [
  'empty',
  'null',
  'zero',
  'zero-date',
  'epoch',
  'milliseconds',
  'iso',
  'european',
  'future',
  'nonsense',
] as const;
export type TextForm = (typeof TEXT_FORMS)[number];
export type DateForm = (typeof DATE_FORMS)[number];

/** One item in `every`, always the same ones for the same seed. */
export interface SomeItems {
  every: number;
}

/**
 * What is odd about the rows of Stalker and Xtream lists. Items are chosen, not positions: the same item is hit in each request, list and
 * protocol, until the quirk is taken back.
 */
export interface RowQuirks {
  /** Counters, day labels, positions and links change with each request; the items do not. */
  volatile?: boolean;
  types?: (typeof VALUE_TYPES)[number];
  /** Members come in another order with each request. */
  shuffleMembers?: boolean;
  /** Items listed twice in a row; pages get longer by it. */
  duplicates?: SomeItems & { form: (typeof DUPLICATE_FORMS)[number] };
  /** Ids beyond 2^53, as JSON numbers: read as doubles, neighbours become one. */
  hugeIds?: SomeItems;
  /** Rows that no reader can use. */
  bad?: SomeItems & { form: (typeof BAD_ROW_FORMS)[number] };
  /** Texts that break readers and databases; `mixed` takes each form in turn. */
  texts?: SomeItems & { form: TextForm | 'mixed' };
  /** What stands for the date. */
  dates?: SomeItems & { form: DateForm | 'mixed' };
  /** Rows that name no category. */
  uncategorised?: SomeItems;
}
