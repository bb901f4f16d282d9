import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CredentialCipher, createOrm, migrate, renewCredentials } from '@catalogue-sync/persistence';
import { startPostgres, type TestPostgres } from '@catalogue-sync/testing';
import pg from 'pg';
import { migrations } from '../schema/migrations.js';
import { NOTIFIER_SCHEMA } from '../schema/schema-name.js';
import { SecretBox } from '../webhook/secret-box.js';
import { SEALED_SECRETS } from './sealed-secrets.js';

const [OLD, NEW] = [7, 8].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
const boxOf = (keys: string) => new SecretBox(CredentialCipher.fromText(keys));

// Real: Postgres, with the service's own schema.
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

it('finds nothing before the notifier ever ran', async () => {
  const database = await postgres.createDatabase();
  expect(await renewCredentials(database, SEALED_SECRETS, NEW)).toEqual({ renewed: 0, current: 0 });
});

it('puts the secrets of webhooks under a new key', async () => {
  const url = await postgres.createDatabase();
  const orm = await createOrm({ url, schema: NOTIFIER_SCHEMA, entities: [], migrations });
  await migrate(orm);
  await orm.close();
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  const ids = [randomUUID(), randomUUID()];
  for (const id of ids)
    await database.query(
      `insert into notifier.webhook (id, url, secret, events, enabled) values ($1, 'http://h.example', $2, '{}', true)`,
      [id, boxOf(OLD).seal(id, [`new-of-${id}`, `old-of-${id}`])],
    );
  expect(await renewCredentials(url, SEALED_SECRETS, `${NEW},${OLD}`)).toEqual({ renewed: 2, current: 0 });
  const { rows } = await database.query<{ id: string; secret: Buffer }>(
    'select id, secret from notifier.webhook',
  );
  await database.end();
  for (const { id, secret } of rows)
    expect(boxOf(NEW).open(id, secret)).toEqual([`new-of-${id}`, `old-of-${id}`]);
  expect(rows).toHaveLength(2);
});
