import { Migration } from '@mikro-orm/migrations';

/** How far a provider's log was trimmed. Frozen once released. */
export class TrimmedLog extends Migration {
  override up(): void {
    // Events up to here that a later one up to here supersedes are gone; first_seq says where the log begins to be gapless.
    this.addSql(`alter table stream_head add column trimmed_to bigint not null default 0`);
  }
}
