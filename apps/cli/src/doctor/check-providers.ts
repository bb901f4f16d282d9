import type { CatalogueSyncApi, ProviderDto, SyncStatusDto } from '@catalogue-sync/api-client';
import { bad, good, type Check } from './check.js';

const HOUR_MS = 3_600_000;

/** What waits for a person at one provider: nothing in order is passed over. */
export async function checkProvider(
  api: CatalogueSyncApi,
  provider: ProviderDto,
  staleHours: number,
  signal: AbortSignal,
): Promise<Check[]> {
  const path = { id: provider.id };
  const [status, held, parked] = await Promise.all([
    api.getSyncStatus({ path, signal }),
    api.listRemovals({ path, query: { state: 'held', limit: 200 }, signal }),
    api.listDeadLetters({ path, query: { limit: 200 }, signal }),
  ]);
  const waiting = parked.deadLetters.filter(({ replayedAt }) => replayedAt === undefined).length;
  const sets = held.removals.length;
  const troubles: Check[] = [
    ...checkSyncs(provider, status, staleHours),
    ...(sets === 0
      ? []
      : [
          bad(
            provider.name,
            `${sets} removal${sets === 1 ? ' is' : 's are'} held`,
            `Look, then approve or reject: catalogue-sync removals list ${provider.id}`,
          ),
        ]),
    ...(waiting === 0
      ? []
      : [
          bad(
            provider.name,
            `${waiting} pages are parked as dead letters`,
            `Replay them in the dashboard, or sync in full: catalogue-sync sync ${provider.id} --mode full --wait`,
          ),
        ]),
  ];
  return troubles.length > 0 ? troubles : [good(provider.name, describe(status))];
}

/** Whether the last syncs came through, and lately. Pure. */
export function checkSyncs(
  { id, name }: Pick<ProviderDto, 'id' | 'name'>,
  status: Pick<
    SyncStatusDto,
    'activeJob' | 'lastJob' | 'coolDown' | 'lastSyncChannels' | 'lastSyncMovies' | 'lastSyncSeries'
  >,
  staleHours: number,
  now: number = Date.now(),
): Check[] {
  const again = `catalogue-sync sync ${id} --wait`;
  const { activeJob, lastJob, coolDown } = status;
  const checks: Check[] = [];
  if (coolDown !== undefined)
    checks.push(
      bad(
        name,
        `is left alone until ${coolDown.until}: ${coolDown.reason}`,
        `Test what it says: catalogue-sync providers test ${id}`,
      ),
    );
  if (lastJob?.state === 'failed' || lastJob?.state === 'partial')
    checks.push(
      bad(
        name,
        `the last sync ended ${lastJob.state}: ${lastJob.reason ?? 'no reason given'}`,
        `Look at it, and sync again: catalogue-sync jobs ${id} ${lastJob.id}; ${again}`,
      ),
    );
  const last = lastSync(status);
  if (activeJob === undefined && last === undefined)
    checks.push(bad(name, 'was never synced to the end', `Sync it: ${again}`));
  else if (last !== undefined && now - last > staleHours * HOUR_MS)
    checks.push(
      bad(
        name,
        `was last synced ${Math.floor((now - last) / HOUR_MS)} hours ago`,
        `Sync it, and give it a schedule: ${again}`,
      ),
    );
  return checks;
}

function lastSync({
  lastSyncChannels,
  lastSyncMovies,
  lastSyncSeries,
}: Partial<SyncStatusDto>): number | undefined {
  const times = [lastSyncChannels, lastSyncMovies, lastSyncSeries].filter((time) => time !== undefined);
  // The kind that waits the longest.
  return times.length === 0 ? undefined : Math.min(...times.map((time) => Date.parse(time)));
}

function describe(status: SyncStatusDto): string {
  const { movie, series, channel } = status.totals;
  const counts = `${movie.toLocaleString('en-US')} movies, ${series.toLocaleString('en-US')} series, ${channel.toLocaleString('en-US')} channels`;
  if (status.activeJob !== undefined) return `${counts}; a sync is under way`;
  const last = lastSync(status);
  return `${counts}; synced ${last === undefined ? 'never' : new Date(last).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
