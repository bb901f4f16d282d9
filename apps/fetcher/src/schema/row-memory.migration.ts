import { Migration } from '@mikro-orm/migrations';

/** What the rows of lists were in the run before. Frozen once released. */
export class RowMemory extends Migration {
  override up(): void {
    this.addSql(
      `create table row_memory (
        provider_id text not null references provider (id),
        scope text not null,
        -- Of the list that the rows stand in.
        digest text not null,
        part integer not null,
        data bytea not null,
        primary key (provider_id, scope, digest, part))`,
    );
    // Digests and ids do not get smaller.
    this.addSql(`alter table row_memory alter column data set storage external`);
  }
}

/** Not worth the write-ahead log, which all commits of a run would wait for: where a server's crash empties it, the next run reads every row. */
export class UnloggedRowMemory extends Migration {
  override up(): void {
    this.addSql(`alter table row_memory set unlogged`);
  }
}
