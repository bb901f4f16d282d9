import { assertIdentifier } from '../orm/identifier.js';
import { createOrm } from '../orm/create-orm.js';
import { sql } from '../orm/sql.js';
import { CredentialCipher } from './credential.cipher.js';

/** Where encrypted values stand. */
export interface EncryptedColumn {
  schema: string;
  table: string;
  column: string;
  /** The table's key: a value is bound to it. */
  key: string;
  /** What stands before the key in the value's context. */
  contextPrefix?: string;
}

export interface RenewedCredentials {
  /** Put under the newest key. */
  renewed: number;
  /** Under it already. */
  current: number;
}

interface EncryptedRow {
  key: string;
  data: Buffer;
}

/**
 * Puts every value of the column under the newest of the keys, in one transaction: all of them, or none when one cannot be read. Rows are locked, so
 * that what a service writes meanwhile waits and is not lost; it must have the same keys.
 *
 * @param keys as CREDENTIALS_KEY has them, the newest first
 */
export async function renewCredentials(
  databaseUrl: string,
  place: EncryptedColumn,
  keys: string,
): Promise<RenewedCredentials> {
  const cipher = CredentialCipher.fromText(keys);
  const [table, column, key] = [place.table, place.column, place.key].map(assertIdentifier);
  const orm = await createOrm({
    url: databaseUrl,
    schema: place.schema,
    entities: [],
    migrations: [],
    poolSize: 1,
  });
  try {
    return await orm.em.fork().transactional(async (em) => {
      // A service that never ran has encrypted nothing.
      const [{ exists } = { exists: false }] = await sql<{ exists: boolean }>(
        em,
        'select to_regclass($1) is not null as exists',
        [table],
      );
      if (!exists) return { renewed: 0, current: 0 };
      const rows = await sql<EncryptedRow>(
        em,
        `select ${key}::text as key, ${column} as data from ${table} where ${column} is not null
          order by ${key} for update`,
      );
      let renewed = 0;
      for (const row of rows) {
        const data = renew(cipher, row, place.contextPrefix ?? '');
        if (data === undefined) continue;
        await sql(em, `update ${table} set ${column} = $2 where ${key}::text = $1`, [row.key, data]);
        renewed += 1;
      }
      return { renewed, current: rows.length - renewed };
    });
  } finally {
    await orm.close();
  }
}

function renew(cipher: CredentialCipher, { key, data }: EncryptedRow, prefix: string): Buffer | undefined {
  try {
    return cipher.renew(data, prefix + key);
  } catch (error) {
    throw new Error(
      `What is encrypted for ${key} cannot be read with any of the keys, so nothing was changed. Add the key that wrote it, behind the new one.`,
      { cause: error },
    );
  }
}
