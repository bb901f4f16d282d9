type Query = (text: string, parameters: unknown[]) => Promise<{ read: string }[]>;

/**
 * How many rows of each table `work` reads, by whatever plan: what statements cost, told without a clock.
 *
 * @param query runs SQL in the transaction in which `work` does all of its own
 */
export async function rowsRead<Table extends string>(
  query: Query,
  tables: readonly Table[],
  work: () => Promise<unknown>,
): Promise<Record<Table, number>> {
  const soFar = async (table: Table) => {
    const [row] = await query(
      `select seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_xact_user_tables where relid = $1::regclass`,
      [table],
    );
    return Number(row?.read ?? 0);
  };
  const counts = async () => {
    const found: [Table, number][] = [];
    for (const table of tables) found.push([table, await soFar(table)]);
    return found;
  };
  // The server's figures begin before the transaction.
  const before = Object.fromEntries(await counts()) as Record<Table, number>;
  await work();
  const after = (await counts()).map(([table, read]) => [table, read - before[table]]);
  return Object.fromEntries(after) as Record<Table, number>;
}
