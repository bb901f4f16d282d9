import { Migration } from '@mikro-orm/migrations';
import { grantReaderSql, leaseTableSql, outboxTableSql } from '@catalogue-sync/persistence';
import { indexFoldedItemsSql, itemSearchSql, itemViews, itemViewsSql } from './item-search-tables.js';
import { projectionTablesSql } from './projection-tables.js';
import { readerViews, readerViewsSql } from './reader-views.js';
import { snapshotTablesSql } from './snapshot-tables.js';

class Migration001Init extends Migration {
  override up(): void {
    for (const sql of [...leaseTableSql, ...outboxTableSql, ...projectionTablesSql, ...snapshotTablesSql])
      this.addSql(sql);
    for (const sql of readerViewsSql) this.addSql(sql);
    for (const sql of grantReaderSql('snapshot', readerViews)) this.addSql(sql);
  }
}

class Migration002ItemSearch extends Migration {
  override up(): void {
    for (const sql of [...itemSearchSql, ...indexFoldedItemsSql, ...itemViewsSql]) this.addSql(sql);
    for (const sql of grantReaderSql('snapshot', itemViews)) this.addSql(sql);
  }
}

/** Migrations of schema `snapshot`, in order. A published one is never edited. */
export const migrations = [
  { name: '001-init', class: Migration001Init },
  { name: '002-item-search', class: Migration002ItemSearch },
];
