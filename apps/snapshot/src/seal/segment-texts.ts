import { Logger } from '@nestjs/common';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { openSegment, patchEntries } from '@catalogue-sync/snapshot-format';
import type { SegmentTask } from './plan-seal.js';
import type { SegmentChange, SegmentChangeStore } from './segment-change.store.js';
import type { SegmentContentStore, SegmentText } from './segment-content.store.js';

/**
 * What segments shall say. Where it is known what changed in one, the last version's is taken and brought up to date: the other items are not read,
 * which lie far apart, each on a page of its own.
 */
export class SegmentTexts {
  private readonly logger = new Logger(SegmentTexts.name);

  constructor(
    private readonly contents: SegmentContentStore,
    private readonly changes: SegmentChangeStore,
  ) {}

  /** The contents of the tasks, in their order; undefined where nothing is left. All must be of the same section. */
  async read(
    em: SqlEntityManager,
    provider: ProviderId,
    tasks: readonly SegmentTask[],
  ): Promise<(SegmentText | undefined)[]> {
    const known = tasks.filter(({ changed }) => changed !== undefined);
    const changes = await this.changes.read(em, provider, known);
    const patched = new Map<SegmentTask, SegmentText>();
    for (const [at, change] of changes.entries()) {
      const text = this.patch(change);
      if (text !== undefined) patched.set(known[at]!, text);
    }
    const rest = tasks.filter((task) => !patched.has(task));
    const whole = new Map(
      (await this.contents.read(em, provider, rest)).map((text, at) => [rest[at]!, text]),
    );
    return tasks.map((task) => {
      const text = patched.get(task) ?? whole.get(task);
      return text && text.itemCount > 0 ? text : undefined;
    });
  }

  /** Undefined where the segment cannot be built on: then the projection still has what belongs in it. */
  private patch(change: SegmentChange | undefined): SegmentText | undefined {
    if (change === undefined) return undefined;
    const { before, entries } = change;
    try {
      const { text, count } = patchEntries(before ? openSegment(before) : Buffer.alloc(0), entries);
      return { text, itemCount: count };
    } catch (error) {
      this.logger.warn(`${(error as Error).message} It is built anew from the catalogue's items.`);
      return undefined;
    }
  }
}
