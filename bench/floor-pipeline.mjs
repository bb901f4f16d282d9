// The floor: the least that any implementation must do for an Xtream list, in one process and with nothing around it. Parse, hash,
// set-based write, publish, snapshot. No leases, no outbox, no recovery, no checks, no categories, no metadata mapping: what the real
// pipeline costs on top of this is the price of its promises. Run as a child: node floor-pipeline.mjs <json options>; it answers each
// line on standard input with one run's figures, as JSON on standard output.
import { hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import http from 'node:http';
import { createInterface } from 'node:readline';
import { createZstdCompress, constants } from 'node:zlib';
import { once } from 'node:events';
import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import pg from 'pg';
import { JsonArrayCutter } from './json-array-cutter.mjs';

const options = JSON.parse(process.argv[2]);
const LOOK_UP = 1000;
const WINDOW = 1024;

const db = new pg.Client({ connectionString: options.databaseUrl });
await db.connect();
await db.query(`
  create table if not exists floor_item (id text primary key, fingerprint bytea not null);
  create table if not exists floor_event (seq bigint primary key, type text not null, id text not null, data text not null)`);
const nats = await connect({ servers: options.natsUrl });
const manager = await jetstreamManager(nats);
await manager.streams.add({ name: 'FLOOR', subjects: ['floor.>'], max_bytes: 4e9 });
const state = { seq: 0, snapshot: new Map() };

/** Publishes with a bounded number of unacknowledged messages, every acknowledgement checked. */
class WindowedPublisher {
  #inFlight = 0;
  #failed;
  #waiting;
  constructor() {
    this.inbox = `_FLOOR.${process.pid}.${Date.now()}`;
    nats.subscribe(this.inbox, {
      callback: (error, message) => this.#acknowledged(error ?? message.json().error),
    });
  }
  #acknowledged(error) {
    this.#failed ??= error;
    this.#inFlight -= 1;
    this.#waiting?.();
    this.#waiting = undefined;
  }
  async publish(subject, body) {
    while (this.#inFlight >= WINDOW) await new Promise((resolve) => (this.#waiting = resolve));
    this.#inFlight += 1;
    nats.publish(subject, body, { reply: this.inbox });
  }
  async drain() {
    while (this.#inFlight > 0) await new Promise((resolve) => (this.#waiting = resolve));
    if (this.#failed) throw new Error(JSON.stringify(this.#failed));
  }
}

function fingerprint(row) {
  const fields = `${row.name}\u0000${row.stream_icon}\u0000${row.plot}\u0000${row.cast}\u0000${row.director}\u0000${row.genre}\u0000${row.release_date}\u0000${row.container_extension}\u0000${row.tmdb}\u0000${row.youtube_trailer}\u0000${row.episode_run_time}\u0000${row.is_adult}`;
  return hash('sha256', fields, 'hex').slice(0, 32);
}

async function reconcile(rows, publisher, seen) {
  for (let at = 0; at < rows.length; at += LOOK_UP) {
    const batch = rows
      .slice(at, at + LOOK_UP)
      .map((row) => ({ row, id: String(row.stream_id), print: fingerprint(row) }));
    for (const { id } of batch) seen.push(id);
    const { rows: found } = await db.query('select id, fingerprint from floor_item where id = any($1)', [
      batch.map((entry) => entry.id),
    ]);
    const known = new Map(found.map((entry) => [entry.id, entry.fingerprint.toString('hex')]));
    const changed = batch.filter((entry) => known.get(entry.id) !== entry.print);
    if (changed.length === 0) continue;
    const events = changed.map(({ row, id, print }) => {
      // Postgres refuses NUL and lone surrogates; JSON.stringify escapes nothing else as \\u.
      const json = JSON.stringify(row);
      const data = json.includes('\\u') ? json.replace(/\\u(?:d[89a-f][0-9a-f]{2}|0000)/g, '\\ufffd') : json;
      const type = known.has(id) ? 'updated' : 'added';
      state.seq += 1;
      return {
        id,
        data,
        type,
        json: `{"s":${state.seq},"t":"${type}","i":"${id}","f":"${print}","d":${data}}`,
      };
    });
    await db.query(
      `with input as (select * from json_to_recordset($1::json) as x(s bigint, t text, i text, f text, d json)),
       logged as (insert into floor_event select s, t, i, d::text from input)
       insert into floor_item select i, decode(f, 'hex') from input
       on conflict (id) do update set fingerprint = excluded.fingerprint`,
      [`[${events.map((event) => event.json).join(',')}]`],
    );
    for (const event of events) {
      await publisher.publish(`floor.${event.type}`, event.data);
      state.snapshot.set(event.id, event.data);
    }
  }
}

async function removeAbsent(seen, publisher) {
  const { rows } = await db.query(
    `delete from floor_item i where not exists (select 1 from unnest($1::text[]) as s(id) where s.id = i.id) returning id`,
    [seen],
  );
  for (const { id } of rows) {
    state.seq += 1;
    state.snapshot.delete(id);
    await db.query(`insert into floor_event values ($1, 'removed', $2, '{}')`, [state.seq, id]);
    await publisher.publish('floor.removed', `{"id":"${id}"}`);
  }
  return rows.length;
}

async function writeSnapshot() {
  const file = `${options.directory}/floor-snapshot.json.zst`;
  const descriptor = openSync(`${file}.part`, 'w');
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  let bytes = 0;
  compress.on('data', (chunk) => (bytes += writeSync(descriptor, chunk)));
  let separator = '[';
  let chunk = '';
  for (const data of state.snapshot.values()) {
    chunk += separator + data;
    separator = ',';
    if (chunk.length < 262_144) continue;
    if (!compress.write(chunk)) await once(compress, 'drain');
    chunk = '';
  }
  compress.end(`${chunk}]`);
  await once(compress, 'end');
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(`${file}.part`, file);
  return bytes;
}

async function run() {
  const started = performance.now();
  const publisher = new WindowedPublisher();
  const seen = [];
  const before = state.seq;
  let items = 0;
  const response = await new Promise((resolve, reject) =>
    http.get(options.listUrl, resolve).on('error', reject),
  );
  const cutter = new JsonArrayCutter(500_000);
  for await (const chunk of response) {
    for (const slice of cutter.push(chunk)) {
      const rows = JSON.parse(`[${slice.toString('utf8')}]`);
      items += rows.length;
      await reconcile(rows, publisher, seen);
    }
  }
  for (const slice of cutter.end()) {
    const rows = JSON.parse(`[${slice.toString('utf8')}]`);
    items += rows.length;
    await reconcile(rows, publisher, seen);
  }
  const removed = await removeAbsent(seen, publisher);
  await publisher.drain();
  if (state.seq !== before) await writeSnapshot();
  return { seconds: (performance.now() - started) / 1000, items, changes: state.seq - before, removed };
}

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  process.stdout.write(`${JSON.stringify(await run())}\n`);
}
await nats.close();
await db.end();
// The parent's pipe would keep the process alive.
process.stdin.destroy();
