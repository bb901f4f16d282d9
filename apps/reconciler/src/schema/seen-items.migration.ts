import { Migration } from '@mikro-orm/migrations';

/** How many items a run saw. Frozen once released. */
export class SeenItems extends Migration {
  override up(): void {
    // By kind. Null for a run that was open before: what it saw until then was not counted.
    this.addSql(`alter table sweep add column seen jsonb`);
  }
}
