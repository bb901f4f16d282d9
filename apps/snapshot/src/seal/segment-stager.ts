import { setImmediate } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { faultPoint } from '@catalogue-sync/observability';
import type { Lease, LeaseStore } from '@catalogue-sync/persistence';
import { buildSegment, isIndexSection, type SegmentContent } from '@catalogue-sync/snapshot-format';
import type { BuiltSegment } from './manifest.store.js';
import { orderedWindow } from './ordered-window.js';
import type { SegmentTask } from './plan-seal.js';
import type { SegmentText } from './segment-content.store.js';
import type { SegmentTexts } from './segment-texts.js';
import type { SegmentStore } from './segment.store.js';

/** Segments read with one query: 2 MB of items; of ids it takes Postgres as long to list a quarter. */
const TASKS_PER_READ = 64;
const INDEX_TASKS_PER_READ = 16;
/** Reads under way, or waiting to be compressed. */
const READS_AHEAD = 3;
/** Compressed bytes written in one transaction, about. */
const BYTES_PER_WRITE = 2_000_000;

/**
 * Builds segments and keeps their bytes, ahead of the transaction that makes them part of a version. Memory holds a few segments at a time, whatever
 * the catalogue's size. Bytes that no version came to use are removed by the next seal.
 */
export class SegmentStager {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly texts: SegmentTexts,
    private readonly segments: SegmentStore,
  ) {}

  /**
   * Throws `lease-lost` when the provider is no longer ours, and the signal's reason when it is aborted. `source` is the name under which the
   * catalogue to be built from stands.
   */
  async stage(
    provider: ProviderId,
    lease: Lease,
    tasks: readonly SegmentTask[],
    signal: AbortSignal,
    source: ProviderId = provider,
  ): Promise<BuiltSegment[]> {
    const built: BuiltSegment[] = [];
    let waiting: SegmentContent[] = [];
    let bytes = 0;
    let write = Promise.resolve();
    for await (const { some, texts } of orderedWindow(batches(tasks), READS_AHEAD, (some) =>
      this.read(source, some),
    )) {
      for (const [index, task] of some.entries()) {
        signal.throwIfAborted();
        const found = texts[index];
        texts[index] = undefined;
        const content = found && buildSegment(found.text);
        built.push(summary(task, content, found?.itemCount ?? 0));
        if (content === undefined) continue;
        waiting.push(content);
        bytes += content.gzipBytes;
        // The reads behind this one go on meanwhile.
        await setImmediate();
      }
      if (bytes < BYTES_PER_WRITE) continue;
      await write;
      write = this.write(provider, lease, waiting);
      write.catch(() => undefined);
      waiting = [];
      bytes = 0;
    }
    await write;
    await this.write(provider, lease, waiting);
    return built;
  }

  private async read(
    source: ProviderId,
    some: readonly SegmentTask[],
  ): Promise<{ some: readonly SegmentTask[]; texts: (SegmentText | undefined)[] }> {
    return { some, texts: await this.texts.read(this.orm.em.fork(), source, some) };
  }

  private async write(
    provider: ProviderId,
    lease: Lease,
    contents: readonly SegmentContent[],
  ): Promise<void> {
    if (contents.length === 0) return;
    await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      await this.segments.put(em, provider, contents);
      await faultPoint('snapshot.segments.before-commit');
    });
  }
}

/**
 * Tasks in groups that one query can read: of the same section. The sections' groups take turns: reading ids keeps Postgres busy and compressing items
 * keeps us busy, so that one goes on beside the other.
 */
function batches(tasks: readonly SegmentTask[]): SegmentTask[][] {
  const sections = Map.groupBy(tasks, ({ section }) => section);
  const placed = [...sections].flatMap(([section, ofSection]) => {
    const size = isIndexSection(section) ? INDEX_TASKS_PER_READ : TASKS_PER_READ;
    const count = Math.ceil(ofSection.length / size);
    return Array.from({ length: count }, (_, at) => ({
      batch: ofSection.slice(at * size, (at + 1) * size),
      turn: at / count,
    }));
  });
  return placed.toSorted((a, b) => a.turn - b.turn).map(({ batch }) => batch);
}

function summary(task: SegmentTask, content: SegmentContent | undefined, itemCount: number): BuiltSegment {
  const { section, category, part } = task;
  if (content === undefined) return { section, category, part };
  const { hash, plainBytes, gzipBytes, crc32 } = content;
  return { section, category, part, content: { hash, plainBytes, gzipBytes, crc32, itemCount } };
}
