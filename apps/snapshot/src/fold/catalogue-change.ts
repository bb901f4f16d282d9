import { isUtf8 } from 'node:buffer';
import { EVENT_TYPE, ITEM_KINDS, type ItemKind, type JobReconciled } from '@catalogue-sync/contracts';
import { readSearchableFacts, type SearchableFacts } from './searchable-facts.js';

/** A sequenced event as it came, from JetStream or from the reconciler's log. */
export interface SequencedEvent {
  seq: number;
  type: string;
  /** The raw JSON text. */
  body: Buffer;
  /** Its place in the stream; absent when it came from the log. */
  streamSeq?: number;
}

/** What an event means for the projection. */
export type CatalogueChange =
  | {
      type: 'item-put';
      id: string;
      kind: ItemKind;
      categoryIds: string[];
      search: SearchableFacts;
      payload: Buffer;
    }
  | { type: 'item-removed'; id: string }
  | { type: 'category-put'; id: string; payload: Buffer }
  | { type: 'category-removed'; id: string }
  | { type: 'job-reconciled'; job: JobReconciled }
  | { type: 'provider-deleted' }
  /** An event that leaves the catalogue as it is. */
  | { type: 'nothing' };

/** An event's body is not what its type promises. It can never be folded. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
}

/**
 * Reads an event. Bodies of items and categories become part of documents as they are, so they must be JSON; of their fields only id, kind,
 * categories and what items are found by are looked at. An unknown type changes nothing: a newer producer may say more than we know. Throws MalformedEvent.
 */
export function readChange(event: SequencedEvent): CatalogueChange {
  switch (event.type) {
    case EVENT_TYPE.itemAdded:
    case EVENT_TYPE.itemUpdated:
      return readItem(event);
    case EVENT_TYPE.itemRemoved:
      return { type: 'item-removed', id: idOf(parse(event), event) };
    case EVENT_TYPE.categoryAdded:
    case EVENT_TYPE.categoryUpdated:
      return { type: 'category-put', id: idOf(parse(event), event), payload: event.body };
    case EVENT_TYPE.categoryRemoved:
      return { type: 'category-removed', id: idOf(parse(event), event) };
    case EVENT_TYPE.jobReconciled:
      return { type: 'job-reconciled', job: readJob(event) };
    case EVENT_TYPE.providerDeleted:
      return { type: 'provider-deleted' };
    default:
      return { type: 'nothing' };
  }
}

function readItem(event: SequencedEvent): CatalogueChange {
  const item = parse(event);
  const id = idOf(item, event);
  const kind = ITEM_KINDS.find((known) => known === item['kind']);
  if (kind === undefined || !id.startsWith(`${kind}:`))
    throw malformed(event, 'has no kind that fits its id');
  const categories = item['categoryIds'];
  if (!Array.isArray(categories) || !categories.every(isText))
    throw malformed(event, 'has no list of category ids');
  return {
    type: 'item-put',
    id,
    kind,
    categoryIds: [...new Set<string>(categories)],
    search: readSearchableFacts(item),
    payload: event.body,
  };
}

function readJob(event: SequencedEvent): JobReconciled {
  const job = parse(event) as unknown as JobReconciled;
  if (!isText(job.jobId) || !isText(job.outcome) || !Array.isArray(job.scopes))
    throw malformed(event, 'names no job, outcome or scopes');
  return job;
}

function parse(event: SequencedEvent): Record<string, unknown> {
  if (!isUtf8(event.body)) throw malformed(event, 'is not UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(event.body.toString());
  } catch {
    throw malformed(event, 'is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(event, 'is not a JSON object');
  return value as Record<string, unknown>;
}

function idOf(body: Record<string, unknown>, event: SequencedEvent): string {
  const id = body['id'];
  if (!isText(id)) throw malformed(event, 'has no id');
  return id;
}

/** A text that Postgres can store: not empty, no NUL, no half of a surrogate pair. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0') && value.isWellFormed();
}

function malformed(event: SequencedEvent, what: string): MalformedEvent {
  return new MalformedEvent(`The body of event ${event.seq} (${event.type}) ${what}.`);
}
