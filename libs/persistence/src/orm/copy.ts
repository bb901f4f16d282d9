import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { cancelBackend, clientOfTransaction } from './pg-clients.js';

/**
 * `COPY … TO STDOUT` on em's open transaction, chunk by chunk as the server sends them. No other query may run on em until the
 * iteration has ended. Leaving it early cancels the COPY, and with it the transaction.
 */
export async function* copyOut(
  em: SqlEntityManager,
  copySql: string,
): AsyncGenerator<Buffer, void, undefined> {
  const client = await clientOfTransaction(em);
  const stream = client.query(copyTo(copySql));
  let through = false;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
    through = true;
  } finally {
    if (!through && !stream.readableEnded && !stream.errored) {
      // A destroyed COPY would leave its connection busy for ever, and the ROLLBACK that follows waiting behind it.
      const over = Promise.race([once(stream, 'end'), once(stream, 'close')]).catch(() => undefined);
      stream.resume();
      await cancelBackend(em, client);
      await over;
    }
  }
}

/** `COPY … FROM STDIN` on em's open transaction; undone with it. Gives the number of rows. */
export async function copyIn(
  em: SqlEntityManager,
  copySql: string,
  chunks: Iterable<string | Buffer> | AsyncIterable<string | Buffer>,
): Promise<number> {
  const client = await clientOfTransaction(em);
  const stream = client.query(copyFrom(copySql));
  await pipeline(chunks, stream);
  return stream.rowCount ?? 0;
}
