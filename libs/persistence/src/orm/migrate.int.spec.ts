import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, type TestPostgres } from '@catalogue-sync/testing';
import { Migration } from '@mikro-orm/migrations';
import { defineEntity, p, type MikroORM } from '@mikro-orm/postgresql';
import { grantReaderSql } from '../access/reader-role.js';
import { createOrm, type MigrationEntry } from './create-orm.js';
import { migrate } from './migrate.js';
import { sql } from './sql.js';

const Thing = defineEntity({
  name: 'Thing',
  tableName: 'thing',
  properties: { id: p.string().primary(), size: p.integer() },
});

class First extends Migration {
  override up(): void {
    this.addSql('create table thing (id text primary key, size int not null)');
    this.addSql('create view visible_thing as select id from thing');
  }
}
class Grants extends Migration {
  override up(): void {
    for (const statement of grantReaderSql('things', ['visible_thing'])) this.addSql(statement);
  }
}
class Broken extends Migration {
  override up(): void {
    this.addSql('create table half (id text)');
    this.addSql('select no_such_function()');
  }
}

const FIRST: MigrationEntry[] = [
  { name: '001-first', class: First },
  { name: '002-grants', class: Grants },
];

describe('createOrm and migrate on Postgres', () => {
  let postgres: TestPostgres;
  const open: MikroORM[] = [];

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await Promise.all(open.map((orm) => orm.close(true)));
    await postgres?.stop();
  });

  const orm = async (url: string, migrations: MigrationEntry[], schema = 'things') => {
    const made = await createOrm({ url, schema, entities: [Thing], migrations, poolSize: 1 });
    open.push(made);
    return made;
  };

  it('lets replicas migrate at once: each migration runs one time', async () => {
    const url = await postgres.createDatabase();
    const replicas = await Promise.all(Array.from({ length: 4 }, () => orm(url, FIRST)));
    const ran = await Promise.all(replicas.map((replica) => migrate(replica)));
    expect(ran.flat().sort()).toEqual(['001-first', '002-grants']);
    expect(await migrate(replicas[0]!)).toEqual([]);
  });

  it('puts tables, its own memory and unqualified names into the schema', async () => {
    const url = await postgres.createDatabase();
    const service = await orm(url, FIRST);
    await migrate(service);
    const tables = await sql<{ name: string }>(
      service.em.fork(),
      `select table_schema || '.' || table_name as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') order by 1`,
    );
    expect(tables.map((table) => table.name)).toEqual([
      'things.schema_migration',
      'things.thing',
      'things.visible_thing',
    ]);
    const em = service.em.fork();
    await em.persist(em.create(Thing, { id: 'a', size: 3 })).flush();
    expect(await sql(service.em.fork(), 'select * from thing where id = $1', ['a'])).toEqual([
      { id: 'a', size: 3 },
    ]);
  });

  it('leaves nothing of a migration that fails', async () => {
    const url = await postgres.createDatabase();
    const service = await orm(url, [...FIRST, { name: '003-broken', class: Broken }]);
    await expect(migrate(service)).rejects.toThrow('no_such_function');
    const tables = await sql(
      service.em.fork(),
      `select table_name from information_schema.tables where table_schema = 'things'`,
    );
    expect(tables).toEqual([{ table_name: 'schema_migration' }]);
    expect(await sql(service.em.fork(), 'select * from schema_migration')).toEqual([]);
  });

  it('lets services of two schemas and two databases grant to the reader role at once', async () => {
    const urls = await Promise.all([postgres.createDatabase(), postgres.createDatabase()]);
    const services = await Promise.all(urls.map((url) => orm(url, FIRST)));
    await Promise.all(services.map((service) => migrate(service)));
    const reader = new URL(urls[0]!);
    reader.username = 'catalogue_reader';
    reader.password = 'readers-only';
    await sql(services[0]!.em.fork(), `alter role catalogue_reader password 'readers-only'`);
    const reading = await orm(reader.href, FIRST);
    expect(await sql(reading.em.fork(), 'select * from visible_thing')).toEqual([]);
    await expect(sql(reading.em.fork(), 'select * from thing')).rejects.toThrow('permission denied');
    await expect(sql(reading.em.fork(), 'create table mine (id int)')).rejects.toThrow('permission denied');
  });

  it('refuses a schema name that is not a plain identifier', async () => {
    await expect(orm(await postgres.createDatabase(), [], 'x; drop schema y')).rejects.toThrow('identifier');
  });
});
