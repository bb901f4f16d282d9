import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, type TestPostgres } from '@catalogue-sync/testing';
import { Migration } from '@mikro-orm/migrations';
import type { MikroORM } from '@mikro-orm/postgresql';
import { bigint, copyRows, int, smallint, texts, timestamp, type CopyField } from './copy-rows.js';
import { copyIn, copyOut } from './copy.js';
import { createOrm } from './create-orm.js';
import { literal } from './literal.js';
import { migrate } from './migrate.js';
import { sql } from './sql.js';
import { textArray } from './text-array.js';

class First extends Migration {
  override up(): void {
    this.addSql('create table line (id int primary key, text text not null)');
  }
}

describe('sql and COPY on Postgres', () => {
  let postgres: TestPostgres;
  let orm: MikroORM;

  beforeAll(async () => {
    postgres = await startPostgres();
    orm = await createOrm({
      url: await postgres.createDatabase(),
      schema: 'copies',
      entities: [],
      migrations: [{ name: '001', class: First }],
      poolSize: 3,
    });
    await migrate(orm);
  });
  afterAll(async () => {
    await orm?.close(true);
    await postgres?.stop();
  });

  const count = async () =>
    (await sql<{ n: number }>(orm.em.fork(), 'select count(*)::int as n from line'))[0]?.n;

  function* lines(from: number, to: number): Generator<string> {
    for (let id = from; id < to; id++) yield `${id}\ttext ${id}\n`;
  }

  it('binds values, arrays and bytes, and never reads them as SQL', async () => {
    const [row] = await sql<{ a: string; b: number[]; c: Buffer }>(
      orm.em.fork(),
      'select $1::text as a, $2::int[] as b, $3::bytea as c',
      [`'; drop table line; -- ?`, [1, 2], Buffer.from([0, 255])],
    );
    expect(row).toEqual({ a: `'; drop table line; -- ?`, b: [1, 2], c: Buffer.from([0, 255]) });
  });

  it('gives any texts to a parameter and to a statement without parameters as they are', async () => {
    const odd = ['a', '', 'NULL', ',', '{}', '"', '\\', '\\"', "o'clock", ' $1 ', 'é 漢 😀', 'line\nbreak'];
    for (const texts of [odd, ['plain', 'movie:1'], []]) {
      const [row] = await sql<{ t: string[] }>(orm.em.fork(), 'select $1::text[] as t', [textArray(texts)]);
      expect(row?.t).toEqual(texts);
    }
    const [row] = await sql<{ t: string[] }>(
      orm.em.fork(),
      `select array[${odd.map(literal).join(', ')}] as t`,
    );
    expect(row?.t).toEqual(odd);
  });

  it('undoes COPY and statements together, and keeps them together', async () => {
    const fill = (em: Parameters<typeof copyIn>[0]) =>
      copyIn(em, 'copy line (id, text) from stdin', lines(0, 5_000));
    await expect(
      orm.em.fork().transactional(async (em) => {
        await sql(em, 'insert into line values (-1, $1)', ['by hand']);
        expect(await fill(em)).toBe(5_000);
        throw new Error('undo');
      }),
    ).rejects.toThrow('undo');
    expect(await count()).toBe(0);

    await orm.em.fork().transactional(async (em) => {
      await fill(em);
      await sql(em, 'insert into line values (-1, $1)', ['by hand']);
    });
    expect(await count()).toBe(5_001);
  });

  it('takes rows of any type as they are', async () => {
    const odd = ['a', '', 'NULL', '{}', '"', '\\', 'é 漢 😀', 'line\nbreak'];
    const rows: CopyField[][] = [
      [
        'x'.repeat(600_000),
        Buffer.from([0, 255]),
        smallint(-3),
        int(2 ** 31 - 1),
        bigint(Number.MAX_SAFE_INTEGER),
        timestamp(new Date('2026-11-22T10:00:00.123Z')),
        texts(odd),
      ],
      ['é 漢 😀', new Uint8Array(), smallint(0), int(-1), bigint(-1), timestamp(new Date(0)), texts([])],
      [null, null, null, null, null, null, null],
    ];
    await orm.em.fork().transactional(async (em) => {
      await sql(
        em,
        `create temp table typed (t text, b bytea, s smallint, i int, l bigint, at timestamptz, a text[]) on commit drop`,
      );
      expect(await copyIn(em, 'copy typed from stdin (format binary)', copyRows(rows))).toBe(3);
      const found = await sql(em, 'select t, b, s, i, l::text, at, a from typed order by i nulls last');
      expect(found).toEqual([
        {
          t: 'é 漢 😀',
          b: Buffer.alloc(0),
          s: 0,
          i: -1,
          l: '-1',
          at: '1970-01-01 00:00:00+00',
          a: [],
        },
        {
          t: 'x'.repeat(600_000),
          b: Buffer.from([0, 255]),
          s: -3,
          i: 2 ** 31 - 1,
          l: String(Number.MAX_SAFE_INTEGER),
          at: '2026-11-22 10:00:00.123+00',
          a: odd,
        },
        { t: null, b: null, s: null, i: null, l: null, at: null, a: null },
      ]);
    });
  });

  it('fails the transaction when the chunks fail', async () => {
    function* broken(): Generator<string> {
      yield '-5\tone\n';
      throw new Error('the source broke');
    }
    await expect(
      orm.em.fork().transactional((em) => copyIn(em, 'copy line (id, text) from stdin', broken())),
    ).rejects.toThrow('the source broke');
    expect(await sql(orm.em.fork(), 'select 1 from line where id = -5')).toEqual([]);
  });

  it('streams a query out and goes on in the same transaction', async () => {
    await orm.em.fork().transactional(async (em) => {
      await sql(em, `insert into line values (-2, 'only here')`);
      let text = '';
      for await (const chunk of copyOut(
        em,
        'copy (select id, text from line where id < 3 order by id) to stdout',
      )) {
        text += chunk.toString();
      }
      expect(text).toBe('-2\tonly here\n-1\tby hand\n0\ttext 0\n1\ttext 1\n2\ttext 2\n');
      await sql(em, 'delete from line where id = -2');
    });
  });

  it('frees the connection when the reader of a COPY leaves early', async () => {
    for (let round = 0; round < 5; round++) {
      const leave = orm.em.fork().transactional(async (em) => {
        for await (const chunk of copyOut(
          em,
          `copy (select repeat('x', 1000) from generate_series(1, 50000)) to stdout`,
        )) {
          expect(chunk.length).toBeGreaterThan(0);
          throw new Error('enough');
        }
      });
      await expect(leave).rejects.toThrow('enough');
    }
    expect(await count()).toBe(5_001);
  });

  it('needs a transaction', async () => {
    await expect(copyIn(orm.em.fork(), 'copy line from stdin', [])).rejects.toThrow('transaction');
  });
});
