import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { sql } from '../orm/sql.js';

/** The database's time, which all replicas go by, `offsetMs` ahead of it. */
export class DatabaseClock {
  constructor(public offsetMs = 0) {}

  /** Now, ms since 1970. */
  async now(em: SqlEntityManager): Promise<number> {
    const [row] = await sql<{ ms: string }>(
      em,
      'select floor(extract(epoch from clock_timestamp()) * 1000)::text as ms',
    );
    return Number(row?.ms) + this.offsetMs;
  }
}
