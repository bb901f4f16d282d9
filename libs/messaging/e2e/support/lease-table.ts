import type { ProviderId } from '@catalogue-sync/contracts';
import type { PartitionLease, PartitionOwnership } from '../../src/index.js';

interface Row {
  owner: string;
  token: number;
  expiresAt: number;
}

/** Leases in memory, shared by the replicas of a test; `steal` and `fail` do what a database may do to a holder. */
export class LeaseTable {
  readonly rows = new Map<string, Row>();
  /** Makes every question fail, as a database that is away. */
  failing = false;

  ownership(owner: string, ttlMs = 60_000): PartitionOwnership {
    return {
      ttlMs,
      acquire: async (provider) => this.acquire(provider, owner, ttlMs),
      renew: async (lease) => this.renew(lease, ttlMs),
      release: async (lease) => {
        const row = this.rows.get(lease.name);
        if (row?.token === lease.token && row.owner === lease.owner) row.expiresAt = 0;
      },
    };
  }

  owner(provider: ProviderId): string | undefined {
    const row = this.rows.get(provider);
    return row && row.expiresAt > Date.now() ? row.owner : undefined;
  }

  /** Takes the provider from its owner, as an expiry would. */
  steal(provider: ProviderId, by: string): void {
    const token = (this.rows.get(provider)?.token ?? 0) + 1;
    this.rows.set(provider, { owner: by, token, expiresAt: Date.now() + 600_000 });
  }

  giveBack(provider: ProviderId): void {
    const row = this.rows.get(provider);
    if (row) row.expiresAt = 0;
  }

  private async acquire(
    provider: ProviderId,
    owner: string,
    ttlMs: number,
  ): Promise<PartitionLease | undefined> {
    this.assertUp();
    const row = this.rows.get(provider);
    if (row && row.expiresAt > Date.now()) return undefined;
    const token = (row?.token ?? 0) + 1;
    this.rows.set(provider, { owner, token, expiresAt: Date.now() + ttlMs });
    return { name: provider, owner, token };
  }

  private renew(lease: PartitionLease, ttlMs: number): boolean {
    this.assertUp();
    const row = this.rows.get(lease.name);
    if (!row || row.token !== lease.token || row.owner !== lease.owner) return false;
    row.expiresAt = Date.now() + ttlMs;
    return true;
  }

  private assertUp(): void {
    if (this.failing) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  }
}
