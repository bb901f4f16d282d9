import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';

/**
 * Raw SQL with real bind parameters (`$1` …) on em's open transaction, or on a pool connection when none is open.
 * (`em.execute` inlines its parameters into the text, which costs twice and defeats plan reuse.)
 * `bigint`, `numeric` and all dates and times come back as text (`timestamptz` as `2026-11-21 03:03:09.42757+00`), `bytea` as Buffers.
 */
export async function sql<T>(
  em: SqlEntityManager,
  text: string,
  params: readonly unknown[] = [],
): Promise<T[]> {
  const result = await em.getKysely<unknown>().executeQuery<T>(CompiledQuery.raw(text, [...params]));
  return result.rows;
}
