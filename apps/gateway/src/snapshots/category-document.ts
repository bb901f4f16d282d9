import type { CatalogueCategory, ItemKind } from '@catalogue-sync/contracts';
import { SNAPSHOT_FORMAT_VERSION } from '@catalogue-sync/contracts';
import { SECTIONS_OF_KIND, joinedValues, openSegment, type Section } from '@catalogue-sync/snapshot-format';
import type { ReadOnlyDatabase, ReadQuery } from '../database/read-only-database.js';
import { ProblemError } from '../problem/problem-error.js';
import type { CacheableDocument } from './document-cache.js';
import { GzipJson } from './gzip-json.js';
import { prunedVersion } from './pruned-version.js';
import { findVersion } from './snapshot.store.js';
import { segmentsOfCategory } from './stored-segments.js';
import type { SnapshotVersion } from './snapshot-version.js';

/** Stands for the items that are in no category; every category's id has a colon. */
export const NO_CATEGORY = 'none';

const HAS_SEGMENTS = `
  select exists (select from snapshot.v_snapshot_segment
                  where provider_id = $1 and version = $2 and section between 1 and 6 and category = $3) as found`;

/** One category of a version, made of its segments as they are stored. */
export class CategoryDocument implements CacheableDocument {
  readonly key: string;
  readonly gzipBytes = 0;

  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly version: SnapshotVersion,
    private readonly categoryId: string,
    private readonly kinds: readonly ItemKind[],
  ) {
    this.key = `${version.contentKey}-category-${kinds.join('+')}-${categoryId}`;
  }

  /** Reads one state of the database. Throws `category-not-found`, and `snapshot-pruned` when the version went meanwhile. */
  async readGzip(write: (chunk: Buffer) => Promise<void>): Promise<void> {
    const { providerId, version } = this.version;
    await this.database.readSnapshot(async (query) => {
      if ((await findVersion(query, providerId, version)) === undefined)
        throw prunedVersion(providerId, version);
      const category = await this.category(query);
      if (category === undefined && !(await this.hasSegments(query)))
        throw new ProblemError(
          'category-not-found',
          `Version ${version} has no category ${this.categoryId}. Its categories are listed at /api/providers/${providerId}/categories.`,
        );
      const json = new GzipJson();
      await write(Buffer.concat([json.start(), json.text(this.head(category))]));
      for (const kind of this.kinds) {
        const { items, index } = SECTIONS_OF_KIND[kind];
        await this.writeList(query, json, write, items, items);
        // No index names what is in no category.
        if (this.categoryId !== NO_CATEGORY) await this.writeList(query, json, write, `${kind}Ids`, index);
      }
      await write(Buffer.concat([json.text('}'), json.end()]));
    });
  }

  private head(category: CatalogueCategory | undefined): string {
    const facts = {
      version: SNAPSHOT_FORMAT_VERSION,
      snapshotVersion: this.version.version,
      providerId: this.version.providerId,
      pinned: this.version.head.pinned,
      asOfSeq: this.version.head.asOfSeq,
      imageBaseUrl: this.version.head.imageBaseUrl,
      categoryId: this.categoryId,
      category,
    };
    return JSON.stringify(facts).slice(0, -1);
  }

  private async writeList(
    query: ReadQuery,
    json: GzipJson,
    write: (chunk: Buffer) => Promise<void>,
    name: string,
    section: Section,
  ): Promise<void> {
    let glue = `,${JSON.stringify(name)}:[`;
    for await (const segment of this.segments(query, section)) {
      await write(Buffer.concat([json.text(glue), json.segment(segment)]));
      glue = ',';
    }
    await write(json.text(glue === ',' ? ']' : `${glue}]`));
  }

  private segments(query: ReadQuery, section: Section) {
    const { providerId, version } = this.version;
    const category = this.categoryId === NO_CATEGORY ? '' : this.categoryId;
    return segmentsOfCategory(query, providerId, version, section, category);
  }

  /** The category as the provider names it; items may be in one that it does not name. */
  private async category(query: ReadQuery): Promise<CatalogueCategory | undefined> {
    const { providerId, version } = this.version;
    for await (const segment of segmentsOfCategory(query, providerId, version, 'categories', ''))
      for (const json of joinedValues(openSegment(segment))) {
        const category = JSON.parse(json.toString()) as CatalogueCategory;
        if (category.id === this.categoryId) return category;
      }
    return undefined;
  }

  private async hasSegments(query: ReadQuery): Promise<boolean> {
    const { providerId, version } = this.version;
    if (this.categoryId === NO_CATEGORY) return true;
    const [row] = await query<{ found: boolean }>(HAS_SEGMENTS, [providerId, version, this.categoryId]);
    return row?.found === true;
  }
}
