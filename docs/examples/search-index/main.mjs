// Keeps a searchable copy of one provider's catalogue in SQLite: `node main.mjs`, or `node main.mjs words to find`.
import { DatabaseSync } from 'node:sqlite';
import { EVENT_TYPE, follow, sseEvents } from '@catalogue-sync/client';
import { natsEvents } from '@catalogue-sync/client/nats';

const {
  CATALOGUE_URL,
  CATALOGUE_API_KEY,
  NATS_URL,
  PROVIDER_ID,
  DATABASE_FILE = 'search-index.sqlite',
} = process.env;

const database = new DatabaseSync(DATABASE_FILE);
database.exec(`
  pragma journal_mode = wal;
  create table if not exists position (only_row integer primary key check (only_row = 1), seq integer not null);
  create table if not exists item (id text primary key, kind text not null, name text not null, body text not null);
  create virtual table if not exists words using fts5(id unindexed, name, tokenize = 'unicode61');
`);

const asked = process.argv.slice(2).join(' ');
if (asked === '') await keep();
else find(asked);

async function keep() {
  const statements = prepare();
  const stored = database.prepare('select seq from position').get();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
  const say = (position) => console.log(`at ${position}: ${String(statements.count.get().items)} items`);
  if (stored !== undefined) say(stored.seq);
  const deliveries = follow({
    url: CATALOGUE_URL,
    providerId: PROVIDER_ID,
    apiKey: CATALOGUE_API_KEY,
    events: NATS_URL === undefined ? sseEvents() : natsEvents({ servers: NATS_URL }),
    after: stored?.seq,
    signal: stop.signal,
    onTrouble: (error, retryInMs) => console.error(`${error.message} Trying again in ${retryInMs} ms.`),
  });
  for await (const delivery of deliveries) {
    // Rows and position change together or not at all: wherever this process dies, the next one goes on from a state that was true.
    database.exec('begin immediate');
    if (delivery.type === 'events') {
      for (const event of delivery.events) apply(statements, event);
      statements.position.run(delivery.position);
    } else {
      database.exec('delete from item; delete from words; delete from position');
      if (delivery.type === 'snapshot') {
        for await (const entry of delivery.snapshot.entries())
          if (entry.type === 'item') put(statements, entry.item);
        statements.position.run(delivery.snapshot.asOfSeq);
      }
    }
    database.exec('commit');
    say(delivery.position ?? delivery.snapshot.asOfSeq);
  }
}

function prepare() {
  return {
    position: database.prepare('insert or replace into position values (1, ?)'),
    item: database.prepare('insert or replace into item values (?, ?, ?, ?)'),
    words: database.prepare(
      'insert into words (rowid, id, name) select rowid, id, name from item where id = ?',
    ),
    dropWords: database.prepare('delete from words where rowid = (select rowid from item where id = ?)'),
    drop: database.prepare('delete from item where id = ?'),
    count: database.prepare('select count(*) as items from item'),
  };
}

function apply(statements, event) {
  if (event.type === EVENT_TYPE.itemAdded || event.type === EVENT_TYPE.itemUpdated)
    put(statements, event.data);
  else if (event.type === EVENT_TYPE.itemRemoved) remove(statements, event.data.id);
}

function put(statements, item) {
  remove(statements, item.id);
  statements.item.run(item.id, item.kind, item.name, JSON.stringify(item));
  statements.words.run(item.id);
}

function remove(statements, id) {
  statements.dropWords.run(id);
  statements.drop.run(id);
}

function find(text) {
  const phrase = `"${text.replaceAll('"', '""')}"`;
  for (const { id, name } of database
    .prepare('select id, name from words where words match ? limit 20')
    .all(phrase))
    console.log([id, name].join('\t'));
}
