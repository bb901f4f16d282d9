import { createServer } from 'node:net';

/** Whether nothing listens on the port of the address. */
function isFree(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host, exclusive: true }, () => {
      const address = probe.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      probe.close(() => resolve(bound));
    });
  });
}

/**
 * The first free port at or above `preferred` (at most 200 are tried), or any that the system gives when there is no preference.
 * It may be taken by the time it is used: who binds it tries again then.
 */
export async function findFreePort(preferred?: number, host = '127.0.0.1'): Promise<number> {
  if (preferred !== undefined && preferred > 0) {
    for (let port = preferred; port <= Math.min(preferred + 200, 65_535); port += 1) {
      if ((await isFree(port, host)) !== undefined) return port;
    }
  }
  const any = await isFree(0, host);
  if (any === undefined) throw new Error(`No free port on ${host}.`);
  return any;
}
