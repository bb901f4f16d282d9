import {
  EVENT_TYPE,
  REQUEST,
  type EventSlice,
  type EventType,
  type ItemKind,
  type JobId,
  type JobOutcome,
  type JobReconciled,
  type ProviderId,
  type ReconciledScope,
  type StoredEvent,
} from '@catalogue-sync/contracts';
import { EventRelay, type EventLog } from '@catalogue-sync/messaging';
import type { NatsConnection } from '@nats-io/transport-node';

export interface FeedItem {
  id: string;
  kind: ItemKind;
  externalId: string;
  name: string;
  categoryIds: string[];
}

interface Log {
  /** All that were ever appended. */
  events: StoredEvent[];
  /** Sequence numbers of those that were trimmed, and the first one behind which none was. */
  trimmed: Set<number>;
  firstSeq: number;
  items: Map<string, FeedItem>;
  categories: Map<string, object>;
  jobs: number;
}

const COMPLETE_SCOPE: ReconciledScope = {
  scope: 'vod',
  mode: 'full',
  outcome: 'complete',
  added: 0,
  pendingRemovals: 0,
  heldRemovals: 0,
};

/** Plays the reconciler: keeps the log of events, relays it to JetStream with the real relay, and answers requests for it. */
export class CatalogueFeed implements EventLog {
  private readonly logs = new Map<ProviderId, Log>();
  private readonly relay: EventRelay;
  /** How often a slice of the log was asked for. */
  requests = 0;

  constructor(nats: NatsConnection) {
    this.relay = new EventRelay(nats, this);
    nats.subscribe(REQUEST.getEvents, {
      callback: (_error, message) => {
        this.requests++;
        const { id, data } = message.json<{ id: string; data: { providerId: ProviderId; after: number } }>();
        const { events, firstSeq } = this.of(data.providerId);
        const response: EventSlice = {
          events: this.slice(data.providerId, data.after, 700),
          head: events.length,
          firstSeq,
        };
        message.respond(JSON.stringify({ id, response, isDisposed: true }));
      },
    });
  }

  of(provider: ProviderId): Log {
    let log = this.logs.get(provider);
    if (log === undefined) {
      log = { events: [], trimmed: new Set(), firstSeq: 1, items: new Map(), categories: new Map(), jobs: 0 };
      this.logs.set(provider, log);
    }
    return log;
  }

  put(
    provider: ProviderId,
    kind: ItemKind,
    externalId: string,
    fields: { name?: string; categoryIds?: string[] } = {},
  ): void {
    const log = this.of(provider);
    const id = `${kind}:${externalId}`;
    const known = log.items.get(id);
    const item: FeedItem = {
      id,
      kind,
      externalId,
      name: fields.name ?? known?.name ?? `Title of ${externalId}`,
      categoryIds: fields.categoryIds ?? known?.categoryIds ?? [],
    };
    log.items.set(id, item);
    this.append(provider, known ? EVENT_TYPE.itemUpdated : EVENT_TYPE.itemAdded, item, { kind, subject: id });
  }

  remove(provider: ProviderId, kind: ItemKind, externalId: string): void {
    const id = `${kind}:${externalId}`;
    this.of(provider).items.delete(id);
    this.append(provider, EVENT_TYPE.itemRemoved, { id, kind, externalId }, { kind, subject: id });
  }

  category(provider: ProviderId, externalId: string, name = `Category ${externalId}`): void {
    const { categories } = this.of(provider);
    const category = { id: `vod:${externalId}`, scope: 'vod', externalId, name };
    this.append(
      provider,
      categories.has(category.id) ? EVENT_TYPE.categoryUpdated : EVENT_TYPE.categoryAdded,
      category,
    );
    categories.set(category.id, category);
  }

  removeCategory(provider: ProviderId, externalId: string): void {
    this.of(provider).categories.delete(`vod:${externalId}`);
    this.append(provider, EVENT_TYPE.categoryRemoved, { id: `vod:${externalId}`, scope: 'vod', externalId });
  }

  /** Ends a job; gives its id. */
  endJob(
    provider: ProviderId,
    fields: {
      outcome?: JobOutcome;
      scopes?: Partial<ReconciledScope>[];
      imageBaseUrl?: string;
    } = {},
  ): JobId {
    const log = this.of(provider);
    const jobId = `${provider}-job-${++log.jobs}` as JobId;
    const count = () => ({ added: 0, updated: 0, removed: 0, unchanged: 0 });
    const body: JobReconciled = {
      jobId,
      cause: 'sync',
      outcome: 'completed',
      watermarks: {},
      counts: { channel: count(), movie: count(), series: count(), category: count() },
      totals: { channel: 0, movie: 0, series: 0 },
      ...fields,
      scopes: (fields.scopes ?? [{}]).map((scope) => ({ ...COMPLETE_SCOPE, ...scope })),
    };
    this.append(provider, EVENT_TYPE.jobReconciled, body);
    return jobId;
  }

  delete(provider: ProviderId): void {
    this.append(provider, EVENT_TYPE.providerDeleted, { providerId: provider });
  }

  append(
    provider: ProviderId,
    type: EventType,
    body: object | string,
    fields: Pick<StoredEvent, 'kind' | 'subject'> = {},
  ): void {
    const { events } = this.of(provider);
    const data = typeof body === 'string' ? body : JSON.stringify(body);
    events.push({ seq: events.length + 1, type, time: '2026-01-02T03:04:05.678Z', data, ...fields });
  }

  /** Publishes what is not in the stream yet. */
  async publish(provider: ProviderId): Promise<void> {
    await this.relay.relay(provider);
  }

  async read(provider: ProviderId, afterSeq: number, limit: number): Promise<StoredEvent[]> {
    return this.slice(provider, afterSeq, limit);
  }

  /** Lets superseded events up to a sequence number go, as the reconciler does. */
  trim(provider: ProviderId, upTo: number): void {
    const log = this.of(provider);
    const later = new Set<string>();
    for (const { seq, type, data } of log.events.slice(0, upTo).toReversed()) {
      const { id } = JSON.parse(data) as { id?: string };
      if (id === undefined) continue;
      const key = `${type.split('-')[0]} ${id}`;
      if (later.has(key)) log.trimmed.add(seq);
      later.add(key);
    }
    log.firstSeq = upTo + 1;
  }

  private slice(provider: ProviderId, after: number, limit: number): StoredEvent[] {
    const { events, trimmed } = this.of(provider);
    return events.filter(({ seq }) => seq > after && !trimmed.has(seq)).slice(0, limit);
  }

  async head(provider: ProviderId): Promise<number> {
    return this.of(provider).events.length;
  }
}
