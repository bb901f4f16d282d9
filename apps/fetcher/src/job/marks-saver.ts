import type { ScopeFetchProgress } from '@catalogue-sync/providers';
import type { AckedPrefix } from './acked-prefix.js';
import type { JobJournal } from './job-journal.js';
import type { ProgressBoard } from './progress-board.js';
import type { ScopeRun } from './scope-run.entity.js';
import type { ScopeMarks } from './scope-run.store.js';

const SAVE_EVERY_MS = 250;
/** A quick portal's pages come by hundreds in that time: what a crash makes to be fetched again is bounded by messages, too. */
const SAVE_AFTER_MESSAGES = 5;
/** Messages of a portal that may be published and not saved: with the 64 pages that it may be read ahead they are 160 pages at most. */
const MAX_UNSAVED_MESSAGES = 9;

/**
 * Shows a scope's progress at once and saves it a few times a second, or after a few messages: a transaction per page would cost more than the
 * page. What is lost in a crash is published again under the same message ids. While the database is slow no saves queue up: the next one is of what
 * holds then.
 */
export class MarksSaver {
  private readonly timer: NodeJS.Timeout;
  private saving: Promise<void> = Promise.resolve();
  private readonly itemsBefore: number;
  private dirty = false;
  private isSaving = false;
  /** Of the newest save, whether or not it is through. */
  private savingOrdinal: number;
  private savedOrdinal: number;
  private wake: (() => void) | undefined;
  private marks: ScopeMarks;

  constructor(
    private readonly run: ScopeRun,
    private readonly prefix: AckedPrefix,
    private readonly journal: Pick<JobJournal, 'saveMarks'>,
    private readonly board: ProgressBoard,
  ) {
    // A client that goes on counts the rows from there; one that begins again counts all of them.
    this.itemsBefore = prefix.itemRows;
    this.marks = {
      publishedOrdinal: prefix.ordinal,
      itemRows: prefix.itemRows,
      pagesDone: prefix.ordinal > 0 ? run.pagesDone : 0,
      itemsFetched: prefix.itemRows,
      ...(run.pagesTotal == null ? {} : { pagesTotal: run.pagesTotal }),
      ...(run.itemsTotal == null ? {} : { itemsTotal: run.itemsTotal }),
    };
    this.savingOrdinal = prefix.ordinal;
    this.savedOrdinal = prefix.ordinal;
    this.timer = setInterval(() => this.save(), SAVE_EVERY_MS);
  }

  /** The provider's client has come this far. */
  progress(progress: ScopeFetchProgress): void {
    // A few rows are read again for overlap: the count must not pass the whole.
    const itemsFetched = Math.min(this.itemsBefore + progress.itemsFetched, progress.itemsTotal ?? Infinity);
    this.marks = { ...this.marks, ...progress, itemsFetched };
    this.changed();
  }

  /** The stream has acknowledged a page. */
  acked(): void {
    this.marks = { ...this.marks, publishedOrdinal: this.prefix.ordinal, itemRows: this.prefix.itemRows };
    this.changed();
    if (this.prefix.ordinal - this.savingOrdinal >= SAVE_AFTER_MESSAGES) this.save();
  }

  /** Resolves when a page may be published, because enough before it is saved. Throws when `signal` is aborted first. */
  async room(ordinal: number, signal: AbortSignal): Promise<void> {
    const wake = () => this.wake?.();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted && ordinal - this.savedOrdinal > MAX_UNSAVED_MESSAGES) {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
    signal.throwIfAborted();
  }

  /** Saves what is not saved yet, and ends. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.saving;
    this.save();
    await this.saving;
  }

  private changed(): void {
    this.dirty = true;
    this.board.set(this.run.jobId, this.run.scope, this.marks);
  }

  private save(): void {
    if (!this.dirty || this.isSaving) return;
    this.dirty = false;
    this.isSaving = true;
    const ordinal = this.marks.publishedOrdinal;
    this.savingOrdinal = ordinal;
    this.saving = this.journal
      .saveMarks(this.run, this.marks)
      .then(() => {
        this.savedOrdinal = ordinal;
        this.wake?.();
      })
      .catch(() => {
        // A lost lease stops the run by itself; a database that is away gets the marks at the next turn.
        this.dirty = true;
      })
      .finally(() => {
        this.isSaving = false;
      });
  }
}
