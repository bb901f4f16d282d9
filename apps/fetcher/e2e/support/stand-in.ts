import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { emptyCounts } from '@catalogue-sync/catalogue';
import {
  EVENT_TYPE,
  FACT_TYPE,
  HEADER,
  PAGE_HEADER,
  PAGE_MESSAGE_TYPE,
  REQUEST,
  STREAM,
  STREAM_SUBJECTS,
  providerOfSubject,
  subjects,
  type JobFetched,
  type JobId,
  type JobReconciled,
  type PageReconciledHint,
  type ProviderId,
  type RequestMap,
  type RequestPattern,
  type Scope,
  type ScopeFetched,
  type SweepReport,
} from '@catalogue-sync/contracts';
import { MessagePublisher } from '@catalogue-sync/messaging';

/** A message of the work queue as the stand-in took it in. */
export interface TakenMessage {
  type: string;
  subject: string;
  messageId: string;
  providerId: ProviderId;
  jobId: JobId;
  scope?: Scope;
  runToken?: number;
  ordinal?: number;
  header(name: string): string | undefined;
  text: string;
}

/** What the stand-in keeps to itself, to see what happens when it is lost. */
export interface Silence {
  hints?: boolean;
  jobReconciled?: boolean;
  snapshot?: boolean;
  providerPurged?: boolean;
}

/**
 * Stands in for the reconciler and the snapshot service, over real NATS: takes the pages in, answers requests, and says what those
 * services would say. It judges nothing: a job ends as the fetcher says.
 */
export class StandIn {
  readonly taken: TakenMessage[] = [];
  readonly requests: { pattern: string; data: unknown }[] = [];
  silence: Silence = {};
  /** Absences that each reconciled scope leaves in doubt. */
  pendingRemovals = 0;
  private readonly ended = new Map<string, ScopeFetched>();
  private readonly reconciledJobs = new Map<JobId, JobReconciled>();
  private readonly versions = new Map<ProviderId, { jobId: JobId; version: number }>();
  private readonly publisher: MessagePublisher;
  private messages?: ConsumerMessages;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly nats: NatsConnection) {
    this.publisher = new MessagePublisher(nats);
  }

  /** Answers requests; takes no pages yet. */
  start(): this {
    this.reply(REQUEST.getSweep, ({ jobId }) => this.sweepOf(jobId));
    this.reply(REQUEST.cancelJob, () => ({ done: true }));
    this.reply(REQUEST.getEvents, ({ providerId, after }) => this.eventsOf(providerId, after));
    this.reply(REQUEST.getSnapshotPosition, ({ providerId }) => this.positionOf(providerId));
    this.reply(REQUEST.deleteCatalogue, async ({ providerId }) => {
      if (!this.silence.providerPurged) await this.providerPurged(providerId);
      return { done: true };
    });
    return this;
  }

  /** Takes pages from the queue from here on, if it does not already. */
  async takePages(): Promise<void> {
    if (this.messages) return;
    const manager = await jetstreamManager(this.nats);
    await manager.consumers.add(STREAM.pages, {
      durable_name: 'stand-in',
      ack_policy: AckPolicy.Explicit,
      filter_subject: STREAM_SUBJECTS[STREAM.pages],
    });
    const consumer = await jetstream(this.nats).consumers.get(STREAM.pages, 'stand-in');
    this.messages = await consumer.consume({ max_messages: 8 });
    this.loop = this.take(this.messages);
  }

  async stopTaking(): Promise<void> {
    await this.messages?.close();
    await this.loop;
    this.messages = undefined;
  }

  /** What was taken in for a provider. */
  of(providerId: ProviderId): TakenMessage[] {
    return this.taken.filter((message) => message.providerId === providerId);
  }

  /** The snapshot service has nothing of the provider any more. */
  async providerPurged(providerId: ProviderId): Promise<void> {
    await this.publisher.publish({
      subject: subjects.fact(providerId, FACT_TYPE.providerPurged),
      type: FACT_TYPE.providerPurged,
      messageId: `${providerId}:purged:snapshot`,
      providerId,
      body: JSON.stringify({ providerId, service: 'snapshot' }),
    });
  }

  private async take(messages: ConsumerMessages): Promise<void> {
    for await (const message of messages) {
      const taken = readTaken(message);
      this.taken.push(taken);
      if (taken.type === PAGE_MESSAGE_TYPE.pageFetched && !this.silence.hints) this.hint(taken);
      if (taken.type === PAGE_MESSAGE_TYPE.scopeFetched) {
        const end = JSON.parse(taken.text) as ScopeFetched;
        this.ended.set(`${end.jobId}:${end.scope}`, end);
      }
      if (taken.type === PAGE_MESSAGE_TYPE.jobFetched) await this.reconcile(taken);
      await message.ackAck();
    }
  }

  private async reconcile({ text, providerId }: TakenMessage): Promise<void> {
    const { jobId, outcome, scopes } = JSON.parse(text) as JobFetched;
    if (this.reconciledJobs.has(jobId)) return;
    const body: JobReconciled = {
      jobId,
      outcome,
      scopes: scopes.map(({ scope }) => {
        const end = this.ended.get(`${jobId}:${scope}`);
        return {
          scope,
          mode: end?.mode ?? 'full',
          outcome: end?.outcome ?? 'failed',
          added: 0,
          pendingRemovals: this.pendingRemovals,
          heldRemovals: 0,
          ...(end?.reason ? { reason: end.reason } : {}),
        };
      }),
      cause: 'sync',
      watermarks: { movie: '2026-11-20T10:00:00.000Z' },
      counts: { ...emptyCounts(), movie: { added: 5, updated: 0, removed: 0, unchanged: 0 } },
      totals: { channel: 1, movie: 2, series: 3 },
    };
    this.reconciledJobs.set(jobId, body);
    const version = (this.versions.get(providerId)?.version ?? 0) + 1;
    this.versions.set(providerId, { jobId, version });
    const facts = { providerId, jobId };
    if (!this.silence.jobReconciled) {
      const type = EVENT_TYPE.jobReconciled;
      await this.publisher.publish({
        ...facts,
        subject: subjects.event(providerId, type),
        type,
        messageId: `${providerId}:${version}`,
        seq: version,
        body: JSON.stringify(body),
      });
    }
    if (!this.silence.snapshot) {
      const type = FACT_TYPE.snapshotPublished;
      await this.publisher.publish({
        ...facts,
        subject: subjects.fact(providerId, type),
        type,
        messageId: `${jobId}:sealed`,
        body: JSON.stringify({
          ...facts,
          version,
          asOfSeq: version,
          compressedBytes: 1,
          plainBytes: 2,
          totals: body.totals,
        }),
      });
    }
  }

  private hint({ providerId, jobId, scope, runToken }: TakenMessage): void {
    if (scope === undefined || runToken === undefined) return;
    const hint: PageReconciledHint = {
      jobId,
      scope,
      runToken,
      pages: this.ordinalsOf(runToken, providerId).size,
      changed: 0,
    };
    this.nats.publish(subjects.pageReconciledHint(providerId), JSON.stringify(hint));
  }

  private ordinalsOf(runToken: number, providerId: ProviderId): Set<number> {
    const pages = this.of(providerId).filter((message) => message.runToken === runToken);
    return new Set(pages.flatMap(({ ordinal }) => (ordinal === undefined ? [] : [ordinal])));
  }

  private sweepOf(jobId: JobId): SweepReport {
    const pages = this.taken.filter((message) => message.jobId === jobId && message.ordinal !== undefined);
    const tokens = new Map(pages.map((page) => [page.runToken ?? 0, page]));
    return {
      scopes: [...tokens].map(([runToken, { scope, providerId }]) => ({
        scope: scope ?? 'live',
        runToken,
        pages: this.ordinalsOf(runToken, providerId).size,
        itemRows: pages
          .filter((page) => page.runToken === runToken)
          .reduce((sum, page) => sum + Number(page.header(PAGE_HEADER.rowCount)), 0),
        changed: 0,
        closed: false,
        counts: { ...emptyCounts(), movie: { added: 7, updated: 0, removed: 0, unchanged: 0 } },
      })),
      jobReconciled: this.reconciledJobs.has(jobId),
    };
  }

  private eventsOf(providerId: ProviderId, after: number): RequestMap[typeof REQUEST.getEvents][1] {
    const last = this.versions.get(providerId);
    const body = last && this.reconciledJobs.get(last.jobId);
    if (!last || !body) return { events: [], head: 0 };
    const event = {
      seq: last.version,
      type: EVENT_TYPE.jobReconciled,
      time: new Date().toISOString(),
      jobId: last.jobId,
      data: JSON.stringify(body),
    };
    return { events: after < last.version ? [event] : [], head: last.version };
  }

  private positionOf(providerId: ProviderId): RequestMap[typeof REQUEST.getSnapshotPosition][1] {
    const last = this.versions.get(providerId);
    return {
      foldedSeq: last?.version ?? 0,
      totals: { channel: 1, movie: 2, series: 3 },
      ...(last ? { currentVersion: last.version, lastJobId: last.jobId, lastJobChanged: true } : {}),
    };
  }

  /** Answers in the form of Nest's NATS transport. */
  private reply<P extends RequestPattern>(
    pattern: P,
    answer: (request: RequestMap[P][0]) => RequestMap[P][1] | Promise<RequestMap[P][1]>,
  ): void {
    this.nats.subscribe(pattern, {
      callback: (_error, message) => {
        const { id, data } = message.json<{ id: string; data: RequestMap[P][0] }>();
        this.requests.push({ pattern, data });
        void Promise.resolve(answer(data)).then((response) =>
          message.respond(JSON.stringify({ id, response, isDisposed: true })),
        );
      },
    });
  }
}

function readTaken(message: JsMsg): TakenMessage {
  const header = (name: string) => message.headers?.get(name) || undefined;
  const number = (name: string) => (header(name) === undefined ? undefined : Number(header(name)));
  return {
    type: header(HEADER.type) ?? '',
    subject: message.subject,
    messageId: header(HEADER.messageId) ?? '',
    providerId: providerOfSubject(message.subject) as ProviderId,
    jobId: header(HEADER.jobId) as JobId,
    scope: header(PAGE_HEADER.scope) as Scope | undefined,
    runToken: number(PAGE_HEADER.runToken),
    ordinal: number(PAGE_HEADER.ordinal),
    header,
    text: message.string(),
  };
}
