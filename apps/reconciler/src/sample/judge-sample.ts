import { createHash } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { RENUMBERING_SAMPLE, looksRenumbered } from '@catalogue-sync/catalogue';
import type { ItemId } from '@catalogue-sync/contracts';
import { isOneOf, sql } from '@catalogue-sync/persistence';
import { listedBefore } from '../sweep/scope-state.store.js';
import type { Sweep } from '../sweep/sweep.js';

/**
 * Looks at the first rows of a run before anything of it is emitted, and writes the verdict on the sweep: `pending` while fewer rows than
 * the sample has have come and more may, `suspected` when so many are unknown that the provider seems to have given its items new ids
 * (DESIGN section 5), else `passed`.
 *
 * @param ids the items of the run's next rows, in order
 * @param listedRows rows that the scope lists now, where that is known by now
 * @param ended whether these are the run's last rows
 */
export async function judgeSample(
  em: SqlEntityManager,
  sweep: Sweep,
  ids: readonly ItemId[],
  { listedRows, ended }: { listedRows?: number; ended: boolean },
): Promise<void> {
  const room = RENUMBERING_SAMPLE - sweep.sampleKnown - sweep.sampleUnknown;
  await count(em, sweep, ids.slice(0, Math.max(0, room)));
  const looked = sweep.sampleKnown + sweep.sampleUnknown;
  if (sweep.sampleKnown * 2 >= RENUMBERING_SAMPLE) sweep.sample = 'passed';
  else if (looked >= RENUMBERING_SAMPLE || ended) {
    const counts = { known: sweep.sampleKnown, unknown: sweep.sampleUnknown };
    const before = (await listedBefore(em, sweep)) ?? 0;
    sweep.sample = looksRenumbered(counts, before, listedRows) ? 'suspected' : 'passed';
  }
  await sql(
    em,
    `update sweep set sample = $3, sample_known = $4, sample_unknown = $5, sample_digest = $6
     where provider_id = $1 and run_token = $2`,
    [
      sweep.providerId,
      sweep.runToken,
      sweep.sample,
      sweep.sampleKnown,
      sweep.sampleUnknown,
      sweep.sampleDigest ?? null,
    ],
  );
}

/**
 * Adds rows to the sample's figures, and the unknown ones to its digest: the same new ids are the same suspicion. Id by id, because how many
 * pages come together is chance.
 */
async function count(em: SqlEntityManager, sweep: Sweep, ids: readonly ItemId[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await sql<{ id: string }>(
    em,
    `select item_id as id from item_state where provider_id = $1 and ${isOneOf('item_id', '$2')}`,
    [sweep.providerId, ids],
  );
  const known = new Set(rows.map((row) => row.id));
  const unknown = ids.filter((id) => !known.has(id));
  sweep.sampleKnown += ids.length - unknown.length;
  sweep.sampleUnknown += unknown.length;
  for (const id of unknown)
    sweep.sampleDigest = createHash('sha256')
      .update(`${sweep.sampleDigest ?? ''}\n${id}`)
      .digest('hex');
}
