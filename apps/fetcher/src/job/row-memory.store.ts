import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId, Scope } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { RowMemoryStore } from '@catalogue-sync/providers';

/** Bytes of a stored part at most: a driver takes a value apart as a whole. */
const PART_BYTES = 1_000_000;

/** Where the clients of a provider keep what the rows of its lists were. */
export class ProviderRowMemory implements RowMemoryStore {
  constructor(
    private readonly orm: MikroORM,
    private readonly providerId: ProviderId,
  ) {}

  async load(scope: Scope, digest: string): Promise<Buffer | undefined> {
    const em = this.orm.em.fork();
    const parts: Buffer[] = [];
    for (;;) {
      const [row] = await sql<{ data: Buffer }>(
        em,
        `select data from row_memory where provider_id = $1 and scope = $2 and digest = $3 and part = $4`,
        [this.providerId, scope, digest, parts.length],
      );
      if (!row) break;
      parts.push(row.data);
    }
    return parts.length === 0 ? undefined : Buffer.concat(parts);
  }

  async save(scope: Scope, digest: string, rows: Buffer): Promise<void> {
    await this.orm.em.fork().transactional(async (em) => {
      await sql(em, `delete from row_memory where provider_id = $1 and scope = $2 and digest = $3`, [
        this.providerId,
        scope,
        digest,
      ]);
      for (let part = 0; part * PART_BYTES < rows.length; part++) {
        await sql(
          em,
          `insert into row_memory (provider_id, scope, digest, part, data) values ($1, $2, $3, $4, $5)`,
          [this.providerId, scope, digest, part, rows.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)],
        );
      }
    });
  }
}

/** Forgets the rows of all lists of a scope but the one that is believed now; of all, where none is. */
export async function forgetOtherRows(
  em: SqlEntityManager,
  providerId: ProviderId,
  scope: Scope,
  digest: string | undefined,
): Promise<void> {
  await sql(
    em,
    `delete from row_memory where provider_id = $1 and scope = $2 and digest is distinct from $3`,
    [providerId, scope, digest ?? null],
  );
}

/** Forgets the rows of every list of a provider. */
export async function forgetRows(em: SqlEntityManager, providerId: ProviderId): Promise<void> {
  await sql(em, `delete from row_memory where provider_id = $1`, [providerId]);
}
