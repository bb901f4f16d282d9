import {
  CatalogueSyncError,
  ERROR_CODE,
  ITEM_KINDS,
  type AskedItem,
  type ItemId,
  type ItemKind,
} from '@catalogue-sync/contracts';

const KINDS: readonly unknown[] = ITEM_KINDS;
/** Ids and texts of requests, characters. */
const MAX_TEXT = 8_000;

/** Reads the item that a request is about. Throws `invalid-request`. */
export function readAskedItem(value: unknown): AskedItem {
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const { id, kind, externalId, name, categoryIds, playCommand, container, episodeCount } = given;
  if (!isText(id) || !isText(externalId) || !KINDS.includes(kind) || !id.startsWith(`${String(kind)}:`))
    throw new CatalogueSyncError(ERROR_CODE.invalidRequest, 'item: Send the item as the catalogue has it.', {
      field: 'item',
    });
  return {
    id: id as ItemId,
    kind: kind as ItemKind,
    externalId,
    name: isText(name) ? name : '',
    categoryIds: Array.isArray(categoryIds) ? categoryIds.filter(isText) : [],
    ...(isText(playCommand) ? { playCommand } : {}),
    ...(isText(container) ? { container } : {}),
    ...(Number.isInteger(episodeCount) ? { episodeCount: Number(episodeCount) } : {}),
  };
}

/** Reads the id of an episode, where one is given. */
export function readEpisodeId(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (isText(value)) return value;
  throw new CatalogueSyncError(
    ERROR_CODE.invalidRequest,
    'episodeId: Give the id of an episode, as lists show it.',
    {
      field: 'episodeId',
    },
  );
}

/** Reads a file extension; what does not look like one is as good as none. */
export function readExtension(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9]{1,5}$/.test(value) ? value : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT;
}
