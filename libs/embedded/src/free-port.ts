import { createServer } from 'node:net';
import { PortClaim } from './port-claim.js';

/** How many ports above the preferred one are looked at. */
const LOOKED_AT = 200;

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
  for (const port of portsFrom(preferred)) {
    if ((await isFree(port, host)) !== undefined) return port;
  }
  return anyFreePort(host);
}

/**
 * The same on loopback for a server that has to come back at its address. A preferred port stays its own while the server is dead; one that
 * the system gave is hardly given again in that time.
 */
export async function claimFreePort(preferred?: number): Promise<PortClaim> {
  const host = '127.0.0.1';
  for (const port of portsFrom(preferred)) {
    const claim = PortClaim.take(port);
    if (claim === undefined) continue;
    if ((await isFree(port, host)) !== undefined) return claim;
    claim.release();
  }
  return PortClaim.unwritten(await anyFreePort(host));
}

function portsFrom(preferred = 0): number[] {
  if (preferred <= 0) return [];
  const last = Math.min(preferred + LOOKED_AT, 65_535);
  return Array.from({ length: last - preferred + 1 }, (_, i) => preferred + i);
}

async function anyFreePort(host: string): Promise<number> {
  const any = await isFree(0, host);
  if (any === undefined) throw new Error(`No free port on ${host}.`);
  return any;
}
