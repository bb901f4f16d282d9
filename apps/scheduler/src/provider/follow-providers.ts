import type { MikroORM } from '@mikro-orm/postgresql';
import { REQUEST, type ProviderId } from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { sql, type DatabaseClock } from '@catalogue-sync/persistence';
import { nextDue } from '../due/due-times.js';

const PAGE = 100;
const DEFAULT_CRON = '0 3 * * *';

/** Gives every provider that appears a daily schedule at 03:00, and forgets the schedules of those that are gone. */
export class FollowProviders {
  constructor(
    private readonly orm: MikroORM,
    private readonly requests: RequestClient,
    private readonly clock: DatabaseClock,
    private readonly timeZone: string,
  ) {}

  async run(): Promise<void> {
    const em = this.orm.em.fork();
    // Taken before the list: what another replica saw since then is newer than our list, and not gone.
    const [start] = await sql<{ at: string }>(em, 'select clock_timestamp() as at');
    const providers = await this.listAll();
    for (const providerId of providers) await this.see(providerId);
    await sql(em, 'delete from known_provider where seen_at < $1 and not provider_id = any($2)', [
      start?.at,
      providers,
    ]);
  }

  /** For who cannot wait for the next look. Throws `provider-not-found`. */
  async meet(providerId: ProviderId): Promise<void> {
    await this.requests.send(REQUEST.getProvider, { providerId });
    await this.see(providerId);
  }

  private see(providerId: ProviderId): Promise<void> {
    return this.orm.em.fork().transactional(async (em) => {
      // A row that was there before us has an xmax, the mark of its update.
      const [known] = await sql<{ fresh: boolean }>(
        em,
        `insert into known_provider (provider_id, seen_at) values ($1, clock_timestamp())
         on conflict (provider_id) do update set seen_at = excluded.seen_at
         returning xmax = 0 as fresh`,
        [providerId],
      );
      if (known?.fresh !== true) return;
      const due = nextDue({ cron: DEFAULT_CRON, timeZone: this.timeZone }, await this.clock.now(em));
      await sql(
        em,
        `insert into schedule (provider_id, cron, time_zone, jitter_seconds, mode, paused, next_due_at)
         values ($1, $2, $3, 0, 'auto', false, to_timestamp($4::float8 / 1000))`,
        [providerId, DEFAULT_CRON, this.timeZone, due],
      );
    });
  }

  private async listAll(): Promise<ProviderId[]> {
    const found: ProviderId[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.requests.send(REQUEST.listProviders, {
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...page.providers.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  }
}
