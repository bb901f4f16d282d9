import { Migration } from '@mikro-orm/migrations';
import { grantReaderSql, leaseTableSql, outboxTableSql } from '@catalogue-sync/persistence';
import {
  firstWordsSql,
  foldStyledCapitalsSql,
  foldWritesSearchSql,
  indexFoldedItemsSql,
  itemSearchSql,
  itemViews,
  itemViewsSql,
  namesLieTogetherSql,
  wordBeginningsSql,
} from './item-search-tables.js';
import { pinnedVersionSql } from './pinned-version-columns.js';
import { idsInSegmentIndexSql, projectionTablesSql } from './projection-tables.js';
import { rebuildTablesSql } from '../rebuild/rebuild-tables.js';
import { readerViews, readerViewsSql } from './reader-views.js';
import { changedEntriesSql, sealBookkeepingSql } from './seal-bookkeeping-tables.js';
import { segmentsInLineSql, snapshotTablesSql } from './snapshot-tables.js';

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

class Migration003FoldWritesSearch extends Migration {
  override up(): void {
    for (const sql of foldWritesSearchSql) this.addSql(sql);
  }
}

class Migration004PinnedVersion extends Migration {
  override up(): void {
    for (const sql of pinnedVersionSql) this.addSql(sql);
  }
}

class Migration005TrimmedLog extends Migration {
  override up(): void {
    // Before this position the fold lacks what was trimmed from the log, and no version may be sealed.
    this.addSql(`alter table checkpoint add column whole_from bigint not null default 0`);
  }
}

class Migration006Rebuild extends Migration {
  override up(): void {
    for (const sql of rebuildTablesSql) this.addSql(sql);
  }
}

class Migration007SealBookkeeping extends Migration {
  override up(): void {
    for (const sql of sealBookkeepingSql) this.addSql(sql);
    // By its lease it is known whether a rebuild lives.
    this.addSql(`alter table rebuild add column lease_token bigint`);
  }
}

class Migration008FoldStyledCapitals extends Migration {
  override up(): void {
    for (const sql of foldStyledCapitalsSql) this.addSql(sql);
  }
}

class Migration009IdsInSegmentIndex extends Migration {
  override up(): void {
    for (const sql of idsInSegmentIndexSql) this.addSql(sql);
  }
}

class Migration010ChangedEntries extends Migration {
  override up(): void {
    for (const sql of changedEntriesSql) this.addSql(sql);
  }
}

class Migration011FirstWords extends Migration {
  override up(): void {
    for (const sql of firstWordsSql) this.addSql(sql);
  }
}

class Migration012WordBeginnings extends Migration {
  override up(): void {
    for (const sql of wordBeginningsSql) this.addSql(sql);
    for (const sql of grantReaderSql('snapshot', ['v_searchable_item'])) this.addSql(sql);
  }
}

class Migration013NamesLieTogether extends Migration {
  override up(): void {
    for (const sql of namesLieTogetherSql) this.addSql(sql);
  }
}

class Migration014SegmentsInLine extends Migration {
  override up(): void {
    for (const sql of segmentsInLineSql) this.addSql(sql);
  }
}

/** Migrations of schema `snapshot`, in order. A published one is never edited. */
export const migrations = [
  { name: '001-init', class: Migration001Init },
  { name: '002-item-search', class: Migration002ItemSearch },
  { name: '003-fold-writes-search', class: Migration003FoldWritesSearch },
  { name: '004-pinned-version', class: Migration004PinnedVersion },
  { name: '005-trimmed-log', class: Migration005TrimmedLog },
  { name: '006-rebuild', class: Migration006Rebuild },
  { name: '007-seal-bookkeeping', class: Migration007SealBookkeeping },
  { name: '008-fold-styled-capitals', class: Migration008FoldStyledCapitals },
  { name: '009-ids-in-segment-index', class: Migration009IdsInSegmentIndex },
  { name: '010-changed-entries', class: Migration010ChangedEntries },
  { name: '011-first-words', class: Migration011FirstWords },
  { name: '012-word-beginnings', class: Migration012WordBeginnings },
  { name: '013-names-lie-together', class: Migration013NamesLieTogether },
  { name: '014-segments-in-line', class: Migration014SegmentsInLine },
];
