// What finding items over REST takes: words that many names begin with, that stand in many, that come together, and the other filters.
const QUERIES = [
  'sort=name',
  'sort=-added',
  'kind=movie&genre=Drama',
  'year=1992',
  'genre=Drama&year=1992&q=the',
  'q=the',
  'q=theatre',
  'q=multi',
  'q=multi&sort=added',
  'q=en&sort=-name',
  'q=multi lost',
  'q=multi the',
  'q=the multi',
  'q=de n',
  'q=de the a',
  'q=the a',
  'q=the&genre=Drama',
  'q=s the',
  'q=s the&sort=-name',
];
const PAGE = 50;
/** The median of so many. The first of each is not counted: what it looks at may have to come from the disk. */
const RUNS = 9;

/** Gives `{ query, ms }` for each, of a provider that was synced. */
export async function measureQueries(system, provider) {
  const found = [];
  for (const query of QUERIES) {
    const url = new URL(`/api/providers/${provider}/items?limit=${PAGE}&${query}`, system.api);
    const runs = [];
    for (let run = 0; run <= RUNS; run++) {
      const started = performance.now();
      const response = await fetch(url, { headers: system.authorization });
      const text = await response.text();
      if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
      if (run > 0) runs.push(performance.now() - started);
    }
    found.push({ query, ms: runs.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] });
  }
  return found;
}
