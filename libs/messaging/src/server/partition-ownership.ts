import type { ProviderId } from '@catalogue-sync/contracts';

/** Structurally `Lease` of libs/persistence. */
export interface PartitionLease {
  name: string;
  owner: string;
  token: number;
}

/** Who may consume a provider's messages. `LeaseStore` with a name prefix is one. */
export interface PartitionOwnership {
  ttlMs: number;
  /** Undefined when another holds it; never waits for it. */
  acquire(provider: ProviderId): Promise<PartitionLease | undefined>;
  /** False when it is lost. A throw is not a loss until the ttl has run out. */
  renew(lease: PartitionLease): Promise<boolean>;
  release(lease: PartitionLease): Promise<void>;
}
