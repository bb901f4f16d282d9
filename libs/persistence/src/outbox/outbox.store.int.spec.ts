import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { providerId, type JobId } from '@catalogue-sync/contracts';
import { startPostgres, type TestPostgres } from '@catalogue-sync/testing';
import { Migration } from '@mikro-orm/migrations';
import type { MikroORM } from '@mikro-orm/postgresql';
import { createOrm } from '../orm/create-orm.js';
import { migrate } from '../orm/migrate.js';
import { sql } from '../orm/sql.js';
import { OutboxStore } from './outbox.store.js';
import { outboxTableSql } from './outbox.table.js';

class First extends Migration {
  override up(): void {
    for (const statement of outboxTableSql) this.addSql(statement);
  }
}

const provider = providerId('p1');
const message = (messageId: string) => ({
  messageId,
  subject: `facts.${messageId}`,
  type: 'test.fact.v1',
  providerId: provider,
  body: { messageId, text: 'ü "quoted" ?' },
});

describe('OutboxStore on Postgres', () => {
  let postgres: TestPostgres;
  let orm: MikroORM;
  let store: OutboxStore;

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await postgres?.stop();
  });

  const fresh = async () => {
    orm = await createOrm({
      url: await postgres.createDatabase(),
      schema: 'box',
      entities: [],
      migrations: [{ name: '001', class: First }],
    });
    await migrate(orm);
    store = new OutboxStore(orm);
    return store;
  };
  const closing = async (test: () => Promise<void>) => {
    await fresh();
    try {
      await test();
    } finally {
      await orm.close(true);
    }
  };

  it('hands out what is committed, in the order it was added, until it is marked', () =>
    closing(async () => {
      await orm.em.fork().transactional(async (em) => {
        for (const id of ['c', 'a', 'b']) await store.add(em, { ...message(id), jobId: 'job' as JobId });
        expect(await store.pending(10)).toEqual([]);
      });
      const pending = await store.pending(10);
      expect(pending.map((entry) => entry.messageId)).toEqual(['c', 'a', 'b']);
      expect(pending[0]).toMatchObject({
        subject: 'facts.c',
        type: 'test.fact.v1',
        providerId: 'p1',
        jobId: 'job',
      });
      expect(JSON.parse(pending[0]!.body)).toEqual(message('c').body);
      expect(pending[0]!.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      await store.markPublished([pending[0]!.id]);
      expect((await store.pending(1)).map((entry) => entry.messageId)).toEqual(['a']);
    }));

  it('goes with its transaction', () =>
    closing(async () => {
      const work = orm.em.fork().transactional(async (em) => {
        await store.add(em, message('undone'));
        throw new Error('undo');
      });
      await expect(work).rejects.toThrow('undo');
      expect(await store.pending(10)).toEqual([]);
      await expect(store.add(orm.em.fork(), message('loose'))).rejects.toThrow('transaction');
    }));

  it('keeps one message of an id', () =>
    closing(async () => {
      for (let round = 0; round < 2; round++) {
        await orm.em.fork().transactional((em) => store.add(em, message('once')));
      }
      expect(await store.pending(10)).toHaveLength(1);
    }));

  it('deletes what was published more than a day ago, and nothing else', () =>
    closing(async () => {
      await orm.em.fork().transactional(async (em) => {
        for (const id of ['old', 'young', 'waiting']) await store.add(em, message(id));
      });
      const em = orm.em.fork();
      await sql(em, `update outbox set created_at = now() - interval '9 days'`);
      await sql(em, `update outbox set published_at = now() - interval '25 hours' where message_id = 'old'`);
      const [young] = await sql<{ id: string }>(em, `select id from outbox where message_id = 'young'`);
      await store.markPublished([young!.id]);
      const left = await sql<{ message_id: string }>(em, 'select message_id from outbox order by id');
      expect(left.map((row) => row.message_id)).toEqual(['young', 'waiting']);
    }));
});
