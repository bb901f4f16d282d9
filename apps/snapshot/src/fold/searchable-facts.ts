/** What an item is found and sorted by, beside its id, kind and categories. What an item does not tell is ''. */
export interface SearchableFacts {
  name: string;
  /** Only where the name does not hold it. */
  originalName: string | undefined;
  genres: string[];
  year: string;
  /** When the provider says that the item was added, else modified. */
  addedAt: string;
}

/** A genre of more characters is none; PostgreSQL takes 2046 bytes of it. */
const MAX_GENRE = 400;
/** Genres that count. */
const MAX_GENRES = 100;

/** Reads what is there; a field of another form is as good as absent, so that no item keeps the others from being folded. */
export function readSearchableFacts(item: Record<string, unknown>): SearchableFacts {
  const name = text(item['name']);
  const originalName = text(item['originalName']);
  const genres = Array.isArray(item['genres']) ? item['genres'].slice(0, MAX_GENRES).map(text) : [];
  return {
    name,
    originalName: name.includes(originalName) ? undefined : originalName,
    genres: genres.filter((genre) => genre !== '' && genre.normalize('NFKD').length <= MAX_GENRE),
    year: text(item['year']).slice(0, MAX_GENRE),
    addedAt: (text(item['addedAt']) || text(item['modifiedAt'])).slice(0, 40),
  };
}

/** Without NUL, which PostgreSQL does not take, and without the mark that parts lexemes on their way to it. */
function text(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.replaceAll('\0', '').replaceAll('\u0001', '') : '';
}
