/** What each page keeps in its address, so that a reload and a shared link show the same. Whatever cannot be read is left out. */
export const FILTERS = {
  login: (search: Search): { token?: string; next?: string } =>
    only({ token: text(search.token), next: text(search.next) }),
  providers: (search: Search): { q?: string; state?: 'failed' | 'syncing' } =>
    only({ q: text(search.q), state: oneOf(search.state, ['failed', 'syncing'] as const) }),
  history: (search: Search): { only?: 'failed'; view?: 'table'; sort?: JobSort } =>
    only({
      only: oneOf(search.only, ['failed'] as const),
      view: oneOf(search.view, ['table'] as const),
      sort: oneOf(search.sort, JOB_SORTS),
    }),
  job: (search: Search): { change?: Change; q?: string } =>
    only({ change: oneOf(search.change, CHANGES), q: text(search.q) }),
  catalogue: (
    search: Search,
  ): { q?: string; kind?: Kind; category?: string; sort?: ItemSort; view?: 'posters' } =>
    only({
      q: text(search.q),
      kind: oneOf(search.kind, KINDS),
      category: text(search.category),
      sort: oneOf(search.sort, ITEM_SORTS),
      view: oneOf(search.view, ['posters'] as const),
    }),
  snapshots: (search: Search): { from?: number; to?: number; q?: string } =>
    only({ from: whole(search.from), to: whole(search.to), q: text(search.q) }),
};

export const KINDS = ['movie', 'series', 'channel'] as const;
export type Kind = (typeof KINDS)[number];
export const ITEM_SORTS = ['name', '-name', '-added', 'added'] as const;
export type ItemSort = (typeof ITEM_SORTS)[number];
const JOB_COLUMNS = [
  'started',
  'state',
  'duration',
  'trigger',
  'mode',
  'added',
  'updated',
  'removed',
] as const;
export type JobColumn = (typeof JOB_COLUMNS)[number];
const JOB_SORTS = JOB_COLUMNS.flatMap((name) => [name, `-${name}`] as const);
type JobSort = (typeof JOB_SORTS)[number];
export const CHANGES = ['added', 'updated', 'removed'] as const;
export type Change = (typeof CHANGES)[number];

type Search = Record<string, unknown>;

/** The router reads figures as numbers: `q=2012` is a text all the same. */
function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((word) => word === value);
}

/** Without the fields that are undefined, which would stand in the address. */
function only<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
