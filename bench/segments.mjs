// What sealing a version takes and keeps, at one size and at ten times as much.
import pg from 'pg';
import { ProviderUnderTest } from './provider-under-test.mjs';
import { measureQueries } from './queries.mjs';

/** 50 changes between two versions. */
const CHANGES = { add: 15, edit: 30, remove: 5, move: 0 };
/** As many versions as are kept. */
const KEPT = 5;
/** The median of so many does not show what got in the way of some. */
const SEALS = 9;

/**
 * Gives `{ sealMs, addedBytes, addedOfTouched, fiveOfOne }` of a catalogue of `items`, the same of a 1 % churn as `churn`, the services' `peaks` of memory
 * in the first sync, MB, and what `queries` for its items take.
 */
export async function measureSegments(system, simulator, items, churn) {
  const provider = await ProviderUnderTest.create(system, simulator, `segments${items}`, {
    protocol: 'xtream',
    items,
  });
  const client = new pg.Client({ connectionString: system.postgres });
  await client.connect();
  try {
    const { peaks } = await provider.sync();
    // Autovacuum does it in the minutes after a first sync, and of ten times as many items it would go on beside all of the seals.
    await client.query('vacuum (analyze)');
    const seals = [];
    let kept;
    for (let version = 2; version <= SEALS + 1; version++) {
      seals.push(await sealAfter(CHANGES, { system, provider, client }));
      if (version === KEPT) kept = await keptBytes(client, provider.id);
    }
    const ofChurn = await sealAfter(churn, { system, provider, client });
    const queries = await measureQueries(system, provider.id);
    return { ...medianSeal(seals), fiveOfOne: kept.all / kept.newest, churn: ofChurn, peaks, queries };
  } finally {
    await client.end();
  }
}

async function sealAfter(changes, { system, provider, client }) {
  await provider.tomorrow(changes);
  const before = {
    seconds: await sealedSeconds(system),
    bytes: (await keptBytes(client, provider.id)).stored,
  };
  const { seconds } = await provider.sync();
  const sealMs = ((await sealedSeconds(system)) - before.seconds) * 1000;
  const addedBytes = (await keptBytes(client, provider.id)).stored - before.bytes;
  return { seconds, sealMs, addedBytes, touchedBytes: await touchedBytes(client, provider.id) };
}

/** In all seals of the service so far. */
async function sealedSeconds(system) {
  const text = await (await fetch(system.metrics.snapshot[0])).text();
  return Number(/^catalogue_sync_snapshot_seal_seconds_sum(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1] ?? 0);
}

/** Compressed bytes: of the newest version, of all kept versions, and as they are stored (each content once). */
async function keptBytes(client, provider) {
  const { rows } = await client.query(
    `select (select sum(gzip_bytes) from snapshot.snapshot_segment where provider_id = $1 and to_version is null)::float8 as newest,
            (select sum(gzip_bytes) from snapshot.snapshot_segment where provider_id = $1)::float8 as all,
            (select sum(length(data)) from snapshot.segment where provider_id = $1)::float8 as stored`,
    [provider],
  );
  return rows[0];
}

/** Of the segments that are new in the newest version. */
async function touchedBytes(client, provider) {
  const { rows } = await client.query(
    `select sum(m.gzip_bytes)::float8 as bytes from snapshot.snapshot_segment m
      where m.provider_id = $1 and m.from_version = (select max(version) from snapshot.snapshot where provider_id = $1)`,
    [provider],
  );
  return rows[0].bytes;
}

function medianSeal(seals) {
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  // Those behind them also drop what an old version had.
  const adding = seals.slice(0, KEPT - 1);
  return {
    sealMs: median(seals.map(({ sealMs }) => sealMs)),
    addedBytes: median(adding.map(({ addedBytes }) => addedBytes)),
    addedOfTouched: Math.max(...adding.map(({ addedBytes, touchedBytes }) => addedBytes / touchedBytes)),
  };
}
