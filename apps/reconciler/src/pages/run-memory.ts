import type { MikroORM } from '@mikro-orm/postgresql';
import { SeenIds } from '@catalogue-sync/catalogue';
import type { ProviderId } from '@catalogue-sync/contracts';
import { sql, type Lease } from '@catalogue-sync/persistence';

interface Remembered {
  leaseToken: number;
  runToken: number;
  seen: SeenIds;
}

/** Which ids each provider's current run has seen: one small table a provider, read back from the store after a take-over. */
export class RunMemory {
  private readonly byProvider = new Map<ProviderId, Remembered>();

  constructor(private readonly orm: MikroORM) {}

  async seenIn(providerId: ProviderId, lease: Lease, runToken: number): Promise<SeenIds> {
    const remembered = this.byProvider.get(providerId);
    if (remembered?.leaseToken === lease.token && remembered.runToken === runToken) return remembered.seen;
    const seen = await this.readBack(providerId, runToken);
    this.byProvider.set(providerId, { leaseToken: lease.token, runToken, seen });
    return seen;
  }

  /** To be called when the scope is closed, a batch failed, or the provider's lease is given back. */
  forget(providerId: ProviderId): void {
    this.byProvider.delete(providerId);
  }

  private async readBack(providerId: ProviderId, runToken: number): Promise<SeenIds> {
    const seen = new SeenIds();
    const em = this.orm.em.fork();
    for (let after = 0; ;) {
      const pages = await sql<{ ordinal: number; item_ids: string[] }>(
        em,
        `select ordinal, item_ids from sweep_page
         where provider_id = $1 and run_token = $2 and ordinal > $3 order by ordinal limit 100`,
        [providerId, runToken, after],
      );
      for (const page of pages) for (const id of page.item_ids) seen.add(id);
      const last = pages.at(-1);
      if (!last) return seen;
      after = last.ordinal;
    }
  }
}
