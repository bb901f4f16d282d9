// Keeps a feed of what a provider added in the last seven days, as a JSON file: `node main.mjs`.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { EVENT_TYPE, followWith, sseEvents } from '@catalogue-sync/client';
import { natsEvents } from '@catalogue-sync/client/nats';

const {
  CATALOGUE_URL,
  CATALOGUE_API_KEY,
  NATS_URL,
  PROVIDER_ID,
  FEED_FILE = 'new-this-week.json',
} = process.env;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

const stored = read();
const feed = new Map((stored?.items ?? []).map((entry) => [entry.id, entry]));
if (stored !== undefined) say(stored.position, feed.size);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

await followWith(
  {
    url: CATALOGUE_URL,
    providerId: PROVIDER_ID,
    apiKey: CATALOGUE_API_KEY,
    events: NATS_URL === undefined ? sseEvents() : natsEvents({ servers: NATS_URL }),
    after: stored?.position,
    // Everything else moves the position only.
    only: ({ type }) => type.startsWith('catalogue.item-'),
    signal: stop.signal,
    onTrouble: (error, retryInMs) => console.error(`${error.message} Trying again in ${retryInMs} ms.`),
  },
  {
    // A snapshot tells what there is, and not since when: the feed begins with the events behind it.
    async startOver(snapshot) {
      const kept = new Set();
      for await (const entry of snapshot.entries())
        if (entry.type === 'item' && feed.has(entry.item.id)) kept.add(entry.item.id);
      for (const id of feed.keys()) if (!kept.has(id)) feed.delete(id);
      write(snapshot.asOfSeq);
    },
    apply(events, position) {
      for (const event of events) apply(event);
      write(position);
    },
    end(position) {
      feed.clear();
      write(position);
    },
  },
);

function apply({ type, time, data }) {
  if (type === EVENT_TYPE.itemRemoved) feed.delete(data.id);
  else if (type === EVENT_TYPE.itemAdded || feed.has(data.id))
    feed.set(data.id, {
      id: data.id,
      kind: data.kind,
      name: data.name,
      since: feed.get(data.id)?.since ?? time,
    });
}

/** One file with items and position, put in place by its name: a process that dies leaves the old one or the new one. */
function write(position) {
  const begin = new Date(Date.now() - WEEK_MS).toISOString();
  for (const [id, { since }] of feed) if (since < begin) feed.delete(id);
  const items = [...feed.values()].sort((a, b) => b.since.localeCompare(a.since) || a.id.localeCompare(b.id));
  writeFileSync(`${FEED_FILE}.new`, JSON.stringify({ position, items }, null, 2));
  renameSync(`${FEED_FILE}.new`, FEED_FILE);
  say(position, items.length);
}

function say(position, count) {
  console.log(`at ${position}: ${count} new items`);
}

function read() {
  try {
    return JSON.parse(readFileSync(FEED_FILE, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
