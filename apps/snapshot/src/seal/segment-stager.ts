import { setImmediate } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { faultPoint } from '@catalogue-sync/observability';
import type { Lease, LeaseStore } from '@catalogue-sync/persistence';
import { buildSegment, type SegmentContent } from '@catalogue-sync/snapshot-format';
import type { BuiltSegment } from './manifest.store.js';
import { orderedWindow } from './ordered-window.js';
import type { SegmentTask } from './plan-seal.js';
import type { SegmentContentStore } from './segment-content.store.js';
import type { SegmentStore } from './segment.store.js';

/** Segments read with one query. */
const TASKS_PER_READ = 64;
/** Reads under way or being compressed at once. */
const READS_AHEAD = 3;
/** Compressed bytes written in one transaction, about. */
const BYTES_PER_WRITE = 2_000_000;

interface StagedSegment {
  task: SegmentTask;
  /** Undefined when nothing is in the task's range. */
  content: SegmentContent | undefined;
  itemCount: number;
}

/**
 * Builds segments and keeps their bytes, ahead of the transaction that makes them part of a version. Memory holds a few segments at a time, whatever
 * the catalogue's size. Bytes that no version came to use are removed by the next seal.
 */
export class SegmentStager {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly contents: SegmentContentStore,
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
    for await (const batch of orderedWindow(batches(tasks), READS_AHEAD, (some) =>
      this.build(source, some),
    )) {
      signal.throwIfAborted();
      for (const { task, content, itemCount } of batch) {
        built.push(summary(task, content, itemCount));
        if (content === undefined) continue;
        waiting.push(content);
        bytes += content.gzipBytes;
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

  private async build(source: ProviderId, tasks: readonly SegmentTask[]): Promise<StagedSegment[]> {
    const texts = await this.contents.read(this.orm.em.fork(), source, tasks);
    const staged: StagedSegment[] = [];
    for (const [index, task] of tasks.entries()) {
      const found = texts[index];
      texts[index] = undefined;
      const content = found && buildSegment(found.text);
      staged.push({ task, content, itemCount: found?.itemCount ?? 0 });
      // The next reads go on meanwhile.
      await setImmediate();
    }
    return staged;
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

/** Tasks in groups that one query can read: of the same section. */
function* batches(tasks: readonly SegmentTask[]): Generator<SegmentTask[]> {
  let batch: SegmentTask[] = [];
  for (const task of tasks) {
    if (batch.length > 0 && (batch.length >= TASKS_PER_READ || batch[0]!.section !== task.section)) {
      yield batch;
      batch = [];
    }
    batch.push(task);
  }
  if (batch.length > 0) yield batch;
}

function summary(task: SegmentTask, content: SegmentContent | undefined, itemCount: number): BuiltSegment {
  const { section, category, part } = task;
  if (content === undefined) return { section, category, part };
  const { hash, plainBytes, gzipBytes, crc32 } = content;
  return { section, category, part, content: { hash, plainBytes, gzipBytes, crc32, itemCount } };
}
