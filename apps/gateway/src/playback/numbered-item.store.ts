import { Injectable } from '@nestjs/common';
import type { CatalogueItem, ItemKind, ProviderId } from '@catalogue-sync/contracts';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { placeOfNumber, seriesOfEpisode } from './stream-numbers.js';

const BY_ID = 'select payload from snapshot.v_item where provider_id = $1 and kind = $2 and item_id = $3';
// The same bits as in stream-numbers.ts. No index helps: it reads the ids of one provider's items, some hundred milliseconds for 250,000.
const BY_HASH = `
  select payload from snapshot.v_item
   where provider_id = $1 and kind = $2 and ('x' || substr(md5(item_id), 1, 13))::bit(52)::bigint = $3
   order by item_id limit 2`;
const BY_SHORT_HASH = `
  select payload from snapshot.v_item
   where provider_id = $1 and kind = 'series' and ('x' || substr(md5(item_id), 1, 8))::bit(32)::bigint & 2147483647 = $2
   order by item_id limit 5`;

/** Items as they stand now, by the numbers that Xtream players know them by. */
@Injectable()
export class NumberedItemStore {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** Undefined when there is none, and when two share the number: nobody gets another film than the one asked for. */
  async find(provider: ProviderId, kind: ItemKind, number: number): Promise<CatalogueItem | undefined> {
    const place = placeOfNumber(number);
    if (place === undefined) return undefined;
    const found =
      'externalId' in place
        ? await this.read(BY_ID, [provider, kind, `${kind}:${place.externalId}`])
        : await this.read(BY_HASH, [provider, kind, place.hash]);
    return found.length === 1 ? found[0] : undefined;
  }

  /** The series that an episode's number may belong to: one, as good as always. */
  async seriesOf(provider: ProviderId, episodeNumber: number): Promise<CatalogueItem[]> {
    const place = seriesOfEpisode(episodeNumber);
    if (place === undefined) return [];
    return 'externalId' in place
      ? this.read(BY_ID, [provider, 'series', `series:${place.externalId}`])
      : this.read(BY_SHORT_HASH, [provider, place.shortHash]);
  }

  async byId(provider: ProviderId, id: string): Promise<CatalogueItem | undefined> {
    const [item] = await this.read(BY_ID, [provider, id.slice(0, id.indexOf(':')), id]);
    return item;
  }

  private async read(statement: string, params: readonly unknown[]): Promise<CatalogueItem[]> {
    const rows = await this.database.query<{ payload: string }>(statement, params);
    return rows.map(({ payload }) => JSON.parse(payload) as CatalogueItem);
  }
}
