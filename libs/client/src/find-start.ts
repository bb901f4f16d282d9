import type { ProviderGateway } from './gateway.js';
import { isRefusal, UnreachableError } from './gateway-error.js';
import { readSnapshot } from './load-snapshot.js';
import { isFoldable, nothingYet, type FoldableSnapshot, type Snapshot } from './snapshot.js';

/** A kept version, as the list of versions has it. */
interface KeptVersion {
  version: number;
  asOfSeq: number | null;
  pinned?: boolean;
}

/**
 * The newest snapshot that events can be folded over; nothing at position 0 before the first one. A pinned version is passed over: it is served in the
 * place of newer ones and has no position. Throws UnreachableError while there is no other.
 */
export async function findStart(gateway: ProviderGateway, signal: AbortSignal): Promise<FoldableSnapshot> {
  const served = await readSnapshot(gateway, undefined, signal).catch((error: unknown): Snapshot => {
    if (isRefusal(error, 'snapshot-not-found')) return nothingYet();
    throw error;
  });
  if (isFoldable(served)) return served;
  await served.close();
  const { snapshots } = await gateway.json<{ snapshots: KeptVersion[] }>('/snapshots', signal);
  const newest = snapshots.find(({ asOfSeq, pinned }) => asOfSeq !== null && pinned !== true);
  if (newest !== undefined) {
    const other = await readSnapshot(gateway, newest.version, signal);
    if (isFoldable(other)) return other;
    await other.close();
  }
  throw new UnreachableError(
    'The only snapshot is pinned, and has no position to go on from: waiting for the next one.',
  );
}
