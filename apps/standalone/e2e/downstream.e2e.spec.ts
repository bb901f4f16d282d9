import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { loadSnapshot } from '@catalogue-sync/client';
import { HEADER, STREAM, STREAM_SUBJECTS, type ProviderId } from '@catalogue-sync/contracts';
import { Example } from './support/example.js';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

const ITEMS = { movies: 1700, series: 200, channels: 100 } as const;
const TOMORROW = { add: 40, edit: 30, remove: 20, move: 10 } as const;
const schemas = join(import.meta.dirname, '../../../docs/asyncapi/schemas');

describe('downstream services, by the published client and contract', () => {
  let system: System;
  let simulator: Simulator;
  let folder: string;
  const running: Example[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'downstream-'));
    [system, simulator] = await Promise.all([System.start(), Simulator.start()]);
  });
  afterAll(async () => {
    await Promise.all(running.map((example) => example.kill()));
    await Promise.all([system?.stop(), simulator?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const apiKey = (): string => system.authorization.authorization.replace('Bearer ', '');
  const start = (name: string, provider: ProviderId, env: Record<string, string>): Example => {
    const example = Example.start(name, {
      CATALOGUE_URL: system.ready.api,
      CATALOGUE_API_KEY: apiKey(),
      PROVIDER_ID: provider,
      ...env,
    });
    running.push(example);
    return example;
  };

  it.each([
    ['xtream', 'auto'],
    ['stalker', 'full'],
  ] as const)(
    'examples that are killed midway end up equal to the catalogue of a %s provider',
    async (protocol, mode) => {
      const connections = await simulator.catalogue(`down${protocol}`, ITEMS);
      const provider = await system.addProvider(`down${protocol}`, connections[protocol]);
      const files = {
        DATABASE_FILE: join(folder, `${protocol}.sqlite`),
        FEED_FILE: join(folder, `${protocol}.json`),
      };
      const overNats = { NATS_URL: system.ready.nats, ...files };

      const first = start('search-index', provider, overNats);
      await first.at(0);
      const inTheFirst = first.transaction();
      const { job } = await system.startSync(provider, mode);
      await inTheFirst;
      await first.kill();
      await system.jobEnd(provider, job.id);
      const second = start('search-index', provider, overNats);
      await second.at(await head(system, provider));
      const feed = start('new-this-week', provider, files);
      await feed.at(0);

      const changes = await simulator.tomorrow(`down${protocol}`, TOMORROW);
      const inTheSecond = [second.transaction(), feed.transaction()];
      const next = await system.startSync(provider, mode);
      await Promise.all(inTheSecond);
      await Promise.all([second.kill(), feed.kill()]);
      await system.jobEnd(provider, next.job.id);
      const third = start('search-index', provider, overNats);
      const feedAgain = start('new-this-week', provider, files);
      const end = await head(system, provider);
      await Promise.all([third.at(end), feedAgain.at(end)]);
      await Promise.all([third.kill('SIGTERM'), feedAgain.kill('SIGTERM')]);

      const index = indexed(files.DATABASE_FILE);
      expect(index).toEqual(await snapshotItems(system, provider, apiKey()));
      expect(Object.keys(index).sort()).toEqual(await simulator.expectedIds(`down${protocol}`));
      expect(feedIds(files.FEED_FILE)).toEqual([...changes.added].sort());
    },
  );

  it('every message that was sent is as the published schemas say', async () => {
    const nats = await connect({ servers: system.ready.nats });
    try {
      const seen = new Set<string>();
      for (const stream of [STREAM.events, STREAM.facts]) {
        const consumer = await jetstream(nats).consumers.get(stream, {
          filter_subjects: STREAM_SUBJECTS[stream],
          deliver_policy: DeliverPolicy.All,
        });
        let { num_pending: left } = await consumer.info(true);
        for await (const message of await consumer.consume()) {
          const headers = Object.fromEntries(
            [...(message.headers?.keys() ?? [])]
              // What else begins so is between the relay and the server.
              .filter((name) => name === HEADER.messageId || !name.startsWith('Nats-'))
              .map((name) => [name, message.headers?.get(name)]),
          );
          const type = headers[HEADER.type] ?? '';
          seen.add(type);
          expectValid(type, message.json());
          expectValid(`${type}.headers`, headers);
          left -= 1;
          if (left <= 0) break;
        }
      }
      expect([...seen]).toEqual(
        expect.arrayContaining([
          'catalogue.item-added.v1',
          'catalogue.item-updated.v1',
          'catalogue.item-removed.v1',
          'catalogue.category-added.v1',
          'catalogue.scope-reconciled.v1',
          'catalogue.job-reconciled.v1',
          'catalogue.sync-started.v1',
          'catalogue.sync-finished.v1',
          'catalogue.snapshot-published.v1',
        ]),
      );
    } finally {
      await nats.close();
    }
  });
});

const validators = new Map<string, ValidateFunction>();

/** Fields that the schema does not name are refused here: what is sent and not published would be missing in the contract. */
function expectValid(name: string, value: unknown): void {
  let validate = validators.get(name);
  if (validate === undefined) {
    const schema = JSON.parse(readFileSync(join(schemas, `${name}.json`), 'utf8'), (_key, part: unknown) =>
      isObjectSchema(part) ? { additionalProperties: false, ...part } : part,
    ) as object;
    const isMoment = (text: string): boolean =>
      /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text));
    validate = new Ajv2020({
      formats: {
        'date-time': isMoment,
        date: /^\d{4}-\d\d-\d\d$/,
        uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      },
    }).compile(schema);
    validators.set(name, validate);
  }
  if (!validate(value))
    throw new Error(
      `${name}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(value).slice(0, 2_000)}`,
    );
}

function isObjectSchema(part: unknown): part is object {
  return typeof part === 'object' && part !== null && 'properties' in part && 'type' in part;
}

function indexed(file: string): Record<string, unknown> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare('select id, body from item').all() as { id: string; body: string }[];
    return Object.fromEntries(rows.map(({ id, body }) => [id, JSON.parse(body) as unknown]));
  } finally {
    database.close();
  }
}

/** The log's last sequence number. */
async function head(system: System, provider: ProviderId): Promise<number> {
  const { body } = await system.call<{ head: number }>('GET', `/api/providers/${provider}/events?limit=1`);
  return body.head;
}

function feedIds(file: string): string[] {
  const { items } = JSON.parse(readFileSync(file, 'utf8')) as { items: { id: string }[] };
  return items.map(({ id }) => id).sort();
}

async function snapshotItems(
  system: System,
  provider: ProviderId,
  apiKey: string,
): Promise<Record<string, unknown>> {
  const snapshot = await loadSnapshot({ url: system.ready.api, providerId: provider, apiKey });
  const items: Record<string, unknown> = {};
  for await (const entry of snapshot.entries()) if (entry.type === 'item') items[entry.item.id] = entry.item;
  return items;
}
