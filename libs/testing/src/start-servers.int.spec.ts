import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { startNats, startPostgres, type TestNats, type TestPostgres } from './index.js';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('startPostgres', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  it('gives databases that know nothing of each other', async () => {
    const [first, second] = [await postgres.createDatabase(), await postgres.createDatabase()];
    await query(first, 'CREATE TABLE note (text text)');
    const tables = `SELECT count(*)::int AS n FROM information_schema.tables WHERE table_name = 'note'`;
    expect(await query(first, tables)).toEqual([{ n: 1 }]);
    expect(await query(second, tables)).toEqual([{ n: 0 }]);
  });

  it('is set up for tests, not for keeping', async () => {
    expect(await query(postgres.url, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
  });
});

describe('startNats', () => {
  let nats: TestNats;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());

  it('has JetStream on a bounded file store', async () => {
    const connection = await connect({ servers: nats.url });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'NOTES', subjects: ['notes.>'] });
    expect((await manager.streams.info('NOTES')).config.storage).toBe('file');
    expect(connection.info?.max_payload).toBe(1024 * 1024);
    await connection.close();
  });
});
