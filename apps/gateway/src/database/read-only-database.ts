import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { asUnavailable } from './database-trouble.js';

/** Quick look-ups wait for one of these. */
const LOOKUP_CONNECTIONS = 8;
/** Documents are read through connections of their own, so that many of them never hold up a look-up. */
const DOCUMENT_CONNECTIONS = 3;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 15_000;

const INT8_OID = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

export interface ReadQuery {
  <Row extends object>(text: string, params: readonly unknown[]): Promise<Row[]>;
}

/**
 * The views of other services' schemas, read with bind parameters as the read-only role. bigint columns come as numbers. Throws
 * `service-unavailable` when the database or a view cannot be reached.
 */
export class ReadOnlyDatabase implements OnApplicationShutdown {
  private readonly log = new Logger(ReadOnlyDatabase.name);
  private readonly lookups: pg.Pool;
  private readonly documents: pg.Pool;

  constructor(url: string) {
    this.lookups = this.createPool(url, LOOKUP_CONNECTIONS);
    this.documents = this.createPool(url, DOCUMENT_CONNECTIONS);
  }

  /** One statement; sees one state of the database. */
  readonly query: ReadQuery = async <Row extends object>(text: string, params: readonly unknown[]) => {
    try {
      return (await this.lookups.query<Row>(text, [...params])).rows;
    } catch (error) {
      throw asUnavailable(error);
    }
  };

  /**
   * One statement that reads by the order of an index, and stops early. Without statistics of a provider, which come a while after its first sync, the planner
   * takes its rows for few, and would read and sort all of them.
   */
  queryInOrder<Row extends object>(text: string, params: readonly unknown[]): Promise<Row[]> {
    return inTransaction(this.lookups, 'begin; set local enable_sort = off', (query) =>
      query<Row>(text, params),
    );
  }

  /** Several statements that see one state of the database, however long they take. */
  readSnapshot<T>(work: (query: ReadQuery) => Promise<T>): Promise<T> {
    return inTransaction(this.documents, 'begin isolation level repeatable read read only', work);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.lookups.end(), this.documents.end()]);
  }

  private createPool(url: string, max: number): pg.Pool {
    const pool = new pg.Pool({
      connectionString: url,
      max,
      types,
      application_name: 'gateway',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      // The role may only read; this also says so to the planner, and to whoever gives the gateway a stronger role.
      options: '-c default_transaction_read_only=on',
    });
    pool.on('error', (error) => this.log.warn(`an idle database connection was lost: ${error.message}`));
    return pool;
  }
}

async function inTransaction<T>(
  pool: pg.Pool,
  begin: string,
  work: (query: ReadQuery) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asUnavailable(error);
  });
  let failure: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(
      async <Row extends object>(text: string, params: readonly unknown[]) =>
        (await client.query<Row>(text, [...params])).rows,
    );
    await client.query('commit');
    return result;
  } catch (error) {
    failure = new Error('the transaction failed', { cause: error });
    throw asUnavailable(error);
  } finally {
    // A connection whose transaction failed is closed, not reused.
    client.release(failure);
  }
}
