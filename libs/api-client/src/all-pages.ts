/** What every list of the API has beside its rows. */
export interface CursorPage {
  /** Absent on the last page. */
  nextCursor?: string;
}

/** All pages of a list, one after the other: `for await (const { jobs } of allPages((cursor) => api.listSyncJobs(…)))`. */
export async function* allPages<P extends CursorPage>(
  ask: (query: { cursor?: string }) => Promise<P>,
): AsyncGenerator<P> {
  let cursor: string | undefined;
  do {
    const page: P = await ask(cursor === undefined ? {} : { cursor });
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
