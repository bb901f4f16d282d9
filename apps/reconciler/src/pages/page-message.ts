import { mapRow, parseRows } from '@catalogue-sync/providers/rows';
import {
  ITEM_KINDS,
  KNOWN_ITEMS,
  PAGE_HEADER,
  ROW_TYPES,
  SCOPES,
  SYNC_MODES,
  type CatalogueCategory,
  type CatalogueItem,
  type ItemId,
  type JobId,
  type PageAttributes,
  type PageRowType,
  type Scope,
  type SyncMode,
} from '@catalogue-sync/contracts';
import { PoisonMessage, type InboundMessage } from '@catalogue-sync/messaging';

const PAGE_ROW_TYPES: readonly PageRowType[] = [...ROW_TYPES, KNOWN_ITEMS];

/** A page's rows after mapping. */
export interface MappedPage {
  ordinal: number;
  items: CatalogueItem[];
  /** Items whose rows are those of the run before. */
  knownItems: ItemId[];
  categories: CatalogueCategory[];
  /** Rows that give neither. Where their id is readable they still count as seen: set aside is not absent. */
  malformed: { reason: string; externalId?: string }[];
}

/** Reads a page's attributes from its headers. Throws PoisonMessage when they are not what the contract says. */
export function pageAttributes(message: InboundMessage): PageAttributes {
  const scope = message.header(PAGE_HEADER.scope) as Scope;
  const rowType = message.header(PAGE_HEADER.rowType) as PageRowType;
  const runToken = Number(message.header(PAGE_HEADER.runToken));
  const ordinal = Number(message.header(PAGE_HEADER.ordinal));
  const rowCount = Number(message.header(PAGE_HEADER.rowCount));
  const mode = message.header(PAGE_HEADER.mode) as SyncMode;
  const scopeRows = message.header(PAGE_HEADER.scopeRows);
  const valid =
    SCOPES.includes(scope) &&
    PAGE_ROW_TYPES.includes(rowType) &&
    Number.isSafeInteger(runToken) &&
    Number.isSafeInteger(ordinal) &&
    ordinal >= 1 &&
    Number.isSafeInteger(rowCount) &&
    SYNC_MODES.includes(mode) &&
    (scopeRows === undefined || /^\d{1,12}$/.test(scopeRows)) &&
    message.jobId !== undefined;
  if (!valid) throw new PoisonMessage('page headers are missing or out of range');
  return {
    jobId: message.jobId as JobId,
    scope,
    runToken,
    ordinal,
    rowType,
    rowCount,
    mode,
    ...(scopeRows === undefined ? {} : { scopeRows: Number(scopeRows) }),
  };
}

/** Maps a page's rows. Throws PoisonMessage when they are no JSON array; a single bad row is set aside. */
export function mapPage(attributes: PageAttributes, rows: string): MappedPage {
  const { ordinal, rowType, scope } = attributes;
  const page: MappedPage = { ordinal, items: [], knownItems: [], categories: [], malformed: [] };
  if (rowType === KNOWN_ITEMS) return { ...page, knownItems: itemIdsOf(rows) };
  const context = { scope, now: Date.now() };
  for (const row of rowsOf(rows)) {
    const mapped = mapRow(rowType, row, context);
    if (mapped.type === 'item') page.items.push(mapped.item);
    else if (mapped.type === 'category') page.categories.push(mapped.category);
    else page.malformed.push(mapped);
  }
  return page;
}

function rowsOf(rows: string): unknown[] {
  return parsed(() => parseRows(rows));
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new PoisonMessage(
      `page body is not a JSON array: ${cause instanceof Error ? cause.message : 'unreadable'}`,
    );
  }
}

function itemIdsOf(rows: string): ItemId[] {
  const ids = parsed(() => JSON.parse(rows) as unknown);
  if (!Array.isArray(ids) || !ids.every(isItemId))
    throw new PoisonMessage('page names something else than items');
  return ids;
}

function isItemId(id: unknown): id is ItemId {
  return typeof id === 'string' && ITEM_KINDS.some((kind) => id.startsWith(`${kind}:`));
}
