import {
  PAGE_MESSAGE_TYPE,
  subjects,
  type PageReconciledHint,
  type ProviderId,
} from '@catalogue-sync/contracts';
import {
  PoisonMessage,
  type EventRelay,
  type InboundMessage,
  type PartitionContext,
} from '@catalogue-sync/messaging';
import { faultPoint } from '@catalogue-sync/observability';
import type { NatsConnection } from '@nats-io/transport-node';
import { CommittedEvents } from '../event-log/committed-events.js';
import type { CloseJob } from '../job/close-job.js';
import type { CloseScope } from '../scope/close-scope.js';
import type { Sweep } from '../sweep/sweep.js';
import { readJobFetched, readScopeFetched } from './end-message.js';
import { pageAttributes } from './page-message.js';
import type { RunMemory } from './run-memory.js';
import type { PageMessage, TakeInPages } from './take-in-pages.js';

/** The steps a batch of work-queue messages goes through. */
export interface ReconcileSteps {
  takeInPages: TakeInPages;
  closeScope: CloseScope;
  closeJob: CloseJob;
}

/**
 * One batch of a provider's work queue, in order: runs of pages are taken in a transaction each, a `ScopeFetched` closes its scope when
 * its pages are in, a `JobFetched` closes its job. Everything is committed when this resolves; `settled` resolves when it is published,
 * and only then are the messages acknowledged. What pages came to goes out while their scope is being closed.
 */
export class PageBatchHandler {
  private readonly relaying = new Map<ProviderId, Promise<unknown>>();
  private readonly relayedUnder = new Map<ProviderId, number>();

  constructor(
    private readonly steps: ReconcileSteps,
    private readonly memory: RunMemory,
    private readonly relay: EventRelay,
    private readonly nats: NatsConnection,
  ) {}

  async handle(
    messages: readonly InboundMessage[],
    context: PartitionContext,
  ): Promise<{ settled: Promise<void> }> {
    const committed = new CommittedEvents();
    try {
      let pages: PageMessage[] = [];
      for (const message of messages) {
        if (message.type === PAGE_MESSAGE_TYPE.pageFetched) {
          const page = { message, attributes: pageAttributes(message) };
          if (pages[0] && pages[0].attributes.runToken !== page.attributes.runToken) {
            await this.takeIn(pages, context, committed);
            pages = [];
          }
          pages.push(page);
          continue;
        }
        await this.takeIn(pages, context, committed);
        pages = [];
        await this.handleEnd(message, context, committed);
      }
      await this.takeIn(pages, context, committed);
    } catch (error) {
      this.memory.forget(context.providerId);
      this.relayedUnder.delete(context.providerId);
      throw error;
    }
    return { settled: this.publish(context, committed) };
  }

  private async takeIn(
    pages: readonly PageMessage[],
    context: PartitionContext,
    committed: CommittedEvents,
  ): Promise<void> {
    const first = pages[0];
    if (!first) return;
    const { providerId, lease } = context;
    const seen = await this.memory.seenIn(providerId, lease, first.attributes.runToken);
    const { sweep, events } = await this.steps.takeInPages.run(providerId, lease, pages, seen);
    committed.add(events);
    if (!sweep) return;
    this.hint(sweep);
    await this.close(sweep, context, committed);
  }

  private async handleEnd(
    message: InboundMessage,
    context: PartitionContext,
    committed: CommittedEvents,
  ): Promise<void> {
    const { providerId, lease } = context;
    if (message.type === PAGE_MESSAGE_TYPE.scopeFetched) {
      const sweep = await this.steps.closeScope.noteFetched(providerId, lease, readScopeFetched(message));
      if (sweep) await this.close(sweep, context, committed);
    } else if (message.type === PAGE_MESSAGE_TYPE.jobFetched) {
      const fetched = readJobFetched(message);
      await this.steps.closeJob.noteFetched(providerId, lease, fetched);
      await this.steps.closeJob.closeIfThrough(providerId, lease, fetched.jobId, committed);
    } else {
      throw new PoisonMessage(`no handler for messages of type ${message.type}`);
    }
  }

  private async close(sweep: Sweep, context: PartitionContext, committed: CommittedEvents): Promise<void> {
    const { providerId, lease } = context;
    const judged = await this.endSample(sweep, context, committed);
    // It goes on beside the closing; what follows is published behind it, and its failure is told there.
    if (!committed.isEmpty) void this.publish(context, committed);
    if (!(await this.steps.closeScope.closeIfComplete(lease, judged, committed))) return;
    this.memory.forget(providerId);
    await this.steps.closeJob.closeIfThrough(providerId, lease, sweep.jobId, committed);
  }

  /** A run that ends before its first rows were judged is judged by what there is. */
  private async endSample(
    sweep: Sweep,
    { providerId, lease }: PartitionContext,
    committed: CommittedEvents,
  ): Promise<Sweep> {
    const { fetched } = sweep;
    if (sweep.sample !== 'pending' || !fetched || sweep.pages < fetched.expectedPages) return sweep;
    const seen = await this.memory.seenIn(providerId, lease, sweep.runToken);
    const taken = await this.steps.takeInPages.endSample(providerId, lease, sweep, seen);
    committed.add(taken.events);
    return taken.sweep ?? sweep;
  }

  /** Publishes in order, one batch of the provider after the other. The first batch under a lease also publishes what a former owner left. */
  private publish(context: PartitionContext, committed: CommittedEvents): Promise<void> {
    const { providerId, lease } = context;
    const before = this.relaying.get(providerId) ?? Promise.resolve();
    const caughtUp = this.relayedUnder.get(providerId) === lease.token;
    if (committed.isEmpty && caughtUp) return before.then(() => undefined);
    const fresh = committed.take();
    const published = before
      .catch(() => undefined)
      .then(() => this.relay.relay(providerId, caughtUp ? fresh : undefined))
      .then(
        async () => {
          this.relayedUnder.set(providerId, lease.token);
          await faultPoint('reconciler.page.after-relay');
        },
        (error: unknown) => {
          this.relayedUnder.delete(providerId);
          throw error;
        },
      );
    this.relaying.set(providerId, published);
    published
      .catch(() => undefined)
      .finally(() => {
        if (this.relaying.get(providerId) === published) this.relaying.delete(providerId);
      });
    return published;
  }

  private hint(sweep: Sweep): void {
    const hint: PageReconciledHint = {
      jobId: sweep.jobId,
      scope: sweep.scope,
      runToken: sweep.runToken,
      pages: sweep.pages,
      changed: sweep.changedRows,
    };
    this.nats.publish(subjects.pageReconciledHint(sweep.providerId), JSON.stringify(hint));
  }
}
