// `npm run bench`: the full-size syncs beside the floor, in one invocation, as ratios. See bench/README.md for the method.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FloorUnderTest } from './floor-under-test.mjs';
import { ProviderUnderTest } from './provider-under-test.mjs';
import { figureTable, syncTable } from './report.mjs';
import { measureSegments } from './segments.mjs';
import { measureServing } from './serving.mjs';
import { root, startSimulator, startSystem } from './system-under-test.mjs';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '83183' },
    large: { type: 'boolean', default: false },
    skip: { type: 'string', multiple: true, default: [] },
  },
});
const ITEMS = Number(values.items);
/** Of the sweep against the ideal. */
const LATENCY_MS = 50;
const PARALLEL = 8;
const ROWS_PER_PAGE = 14;
const directory = mkdtempSync(join(tmpdir(), 'catalogue-sync-bench-'));
chmodSync(directory, 0o755);
const rows = [];
const figures = [];

const churnOf = (items) => {
  const one = Math.round(items / 100);
  return { add: Math.round(one * 0.3), edit: Math.round(one * 0.5), remove: Math.round(one * 0.2), move: 0 };
};
const medianOf = (runs) => runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)];

function note(name, protocol, items, kind, run) {
  rows.push({ name, protocol, items, kind, ...run });
  console.log(`${name} ${protocol} ${items} ${kind}: ${run.seconds.toFixed(2)} s`);
}

function noteFigure(what, figure, target) {
  figures.push({ what, figure, target });
  console.log(`${what}: ${figure} (target: ${target})`);
}

/** Runs `work` with a system of its own, which is gone afterwards. */
async function withSystem(name, work) {
  const system = await startSystem(join(directory, name));
  try {
    await work(system);
  } finally {
    await system.stop();
    rmSync(join(directory, name), { recursive: true, force: true });
  }
}

/** Each kind of run in turns with the floor's: the machine may be a third slower a few minutes later. */
async function benchXtream(simulator, items) {
  const isBesideFloor = items === ITEMS && !values.skip.includes('floor');
  const floor = isBesideFloor ? await FloorUnderTest.start(simulator, directory, items) : undefined;
  try {
    await withSystem(`xtream${items}`, async (system) => {
      const provider = await ProviderUnderTest.create(system, simulator, `xtream${items}`, {
        protocol: 'xtream',
        items,
      });
      const measure = async (kind, turns, prepare = async () => undefined) => {
        const [runs, floorRuns] = [[], []];
        for (let turn = 1; turn <= turns; turn++) {
          await prepare();
          if (floor) floorRuns.push(await floor.run());
          runs.push(await provider.sync());
        }
        if (floor) note('floor', 'xtream', items, kind, medianOf(floorRuns));
        note('catalogue-sync', 'xtream', items, kind, medianOf(runs));
      };
      await measure('cold', 1);
      await measure('unchanged', 3);
      const full = [await provider.sync('full'), await provider.sync('full'), await provider.sync('full')];
      note('catalogue-sync', 'xtream', items, 'unchanged, read in full', medianOf(full));
      await measure('churn', 5, async () => {
        await provider.tomorrow(churnOf(items));
        await floor?.tomorrow(churnOf(items));
      });
    });
  } finally {
    await floor?.stop();
  }
}

const benchStalker = (simulator, items) =>
  withSystem(`stalker${items}`, async (system) => {
    const provider = await ProviderUnderTest.create(system, simulator, `stalker${items}`, {
      protocol: 'stalker',
      items,
    });
    const add = (kind, run) => note('catalogue-sync', 'stalker', items, kind, run);
    const cold = await provider.sync();
    add('cold', cold);
    add('unchanged, read in full', await provider.sync('full'));
    await provider.tomorrow(churnOf(items));
    add('churn', await provider.sync('full'));
    await provider.tomorrow({ add: 50, edit: 0, remove: 0, move: 0 });
    const head = await provider.sync();
    add('50 new', head);
    const pages = head.ledger.requestsByAction['stalker vod.get_ordered_list'];
    noteFigure('list requests of a head sync with 50 new items', pages, '25 at most');
    const share = head.ledger.requests / cold.ledger.requests;
    noteFigure('its requests, of those of a full sync', percent(share), '2 % at most');
  });

/** A full sweep of a slow portal beside what its latency and the limit allow. */
const benchSweep = (simulator, items) =>
  withSystem('sweep', async (system) => {
    const provider = await ProviderUnderTest.create(system, simulator, 'sweep', {
      protocol: 'stalker',
      items,
      latencyMs: LATENCY_MS,
    });
    const ideal = (Math.ceil(items / ROWS_PER_PAGE) * LATENCY_MS) / PARALLEL / 1000;
    for (const kind of ['first', 'later']) {
      let walked;
      const onProgress = (job) => {
        const vod = job.scopes.find((scope) => scope.scope === 'vod');
        if (vod && !['waiting', 'fetching'].includes(vod.state))
          walked ??= (Date.now() - Date.parse(job.createdAt)) / 1000;
      };
      const { seconds, stolen } = await provider.sync('full', { onProgress });
      const what = `${kind} full sweep at ${LATENCY_MS} ms, ${PARALLEL} at once: ideal / measured`;
      const taken = stolen === undefined ? '' : `; the host took ${percent(stolen)} of the processors`;
      const figure = (measured) =>
        `${ideal.toFixed(1)} s / ${measured.toFixed(1)} s = ${percent(ideal / measured)}${taken}`;
      noteFigure(`${what}, from the start to the last page`, figure(walked ?? seconds), '90 %');
      noteFigure(`${what}, to the closed job`, figure(seconds), 'none');
    }
  });

/** kill -9 of the fetcher at half of a sweep: how many pages are fetched twice. */
const benchResume = (simulator, items) =>
  withSystem('resume', async (system) => {
    const provider = await ProviderUnderTest.create(system, simulator, 'resume', {
      protocol: 'stalker',
      items,
      latencyMs: 5,
    });
    let killed = false;
    const onProgress = (job) => {
      const vod = job.scopes.find((scope) => scope.scope === 'vod');
      if (killed || !vod?.pagesTotal || vod.pagesDone < vod.pagesTotal / 2) return;
      killed = true;
      for (const pid of system.pids.fetcher) process.kill(pid, 'SIGKILL');
    };
    const { seconds, ledger } = await provider.sync('auto', { onProgress });
    const pages = Math.ceil(items / ROWS_PER_PAGE);
    const figure = `${ledger.repeatedPages} of ${pages} (${percent(ledger.repeatedPages / pages)}), ${seconds.toFixed(1)} s`;
    // Nine messages of ten pages may be published and not yet saved, and 64 pages be read ahead.
    noteFigure(
      'pages fetched twice after kill -9 of the fetcher at half',
      figure,
      'one window (160) at most',
    );
  });

/** Seals after 50 changes, at the size and at ten times it. */
async function benchSegments(simulator, items) {
  const found = [];
  for (const size of [items, items * 10])
    await withSystem(`segments${size}`, async (system) => {
      found.push(await measureSegments(system, simulator, size, churnOf(size)));
    });
  const [one, ten] = found;
  const beside = (read, unit, digits = 0) =>
    `${read(one).toFixed(digits)} and ${read(ten).toFixed(digits)} ${unit} = ${(read(ten) / read(one)).toFixed(2)}`;
  const sizes = `${items} and ${items * 10} items`;
  noteFigure(
    `time to seal 50 changes, ${sizes}`,
    beside(({ sealMs }) => sealMs, 'ms'),
    '1.5 at most',
  );
  noteFigure(
    `bytes that it adds, ${sizes}`,
    beside(({ addedBytes }) => addedBytes / 1000, 'kB'),
    '1.5 at most',
  );
  for (const service of Object.keys(one.peaks))
    noteFigure(
      `peak RSS of the ${service} in a first sync, ${sizes}`,
      `${one.peaks[service].toFixed(0)} and ${ten.peaks[service].toFixed(0)} MB`,
      '300 and 390 MB at most',
    );
  for (const [index, size] of [items, items * 10].entries()) {
    const { addedOfTouched, fiveOfOne, churn } = found[index];
    noteFigure(
      `bytes that a version adds, of its touched segments', ${size} items`,
      addedOfTouched.toFixed(2),
      '1.2 at most',
    );
    noteFigure(`space of five versions, of one, ${size} items`, fiveOfOne.toFixed(2), '1.3 at most');
    const sealed = `${churn.sealMs.toFixed(0)} ms, ${(churn.touchedBytes / 1e6).toFixed(1)} MB`;
    noteFigure(`a seal after 1 % churn, ${size} items`, sealed, 'none');
  }
  for (const [index, { query, ms }] of one.queries.entries())
    noteFigure(
      `items found by ${query}, ${sizes}`,
      `${ms.toFixed(0)} and ${ten.queries[index].ms.toFixed(0)} ms`,
      '50 ms at most',
    );
}

const benchServing = (simulator, items) =>
  withSystem('serving', async (system) => {
    const { documents, unchanged, firstByte, documentBytes } = await measureServing(
      system,
      simulator,
      items,
      directory,
    );
    const mb = (documentBytes / 1e6).toFixed(1);
    const figure = ({ gateway, plain }, unit, slower) =>
      `${gateway.toFixed(1)} / ${plain.toFixed(1)} ${unit}, ${slower.toFixed(2)} times slower`;
    const rate = (pair, unit) => figure(pair, unit, pair.plain / pair.gateway);
    const target = '1.5 times at most';
    noteFigure(
      `the whole document (${mb} MB), 4 readers, beside a plain file server`,
      rate(documents, 'MB/s'),
      target,
    );
    noteFigure('answers 304, 8 readers, beside the same', rate(unchanged, '/s'), target);
    noteFigure(
      'first byte, beside the same',
      figure(firstByte, 'ms', firstByte.gateway / firstByte.plain),
      target,
    );
  });

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}

const simulator = await startSimulator(directory);
const parts = {
  xtream: benchXtream,
  stalker: benchStalker,
  sweep: benchSweep,
  resume: benchResume,
  segments: benchSegments,
  serving: benchServing,
};
try {
  for (const [name, bench] of Object.entries(parts)) {
    if (!values.skip.includes(name)) await bench(simulator, ITEMS);
  }
  if (values.large) await benchXtream(simulator, ITEMS * 10);
} finally {
  await simulator.stop();
  rmSync(directory, { recursive: true, force: true });
}
const text = [syncTable(rows), ...(figures.length === 0 ? [] : [figureTable(figures)])].join('\n\n');
console.log(`\n${text}`);
mkdirSync(join(root, 'bench/results'), { recursive: true });
writeFileSync(
  join(root, 'bench/results/last.md'),
  `Measured ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}.\n\n${text}\n`,
);
