import type { ItemKind } from '@catalogue-sync/contracts';
import {
  categoryId,
  normaliseCategory,
  normaliseItem,
  readMinutes,
  readYear,
  toBoolean,
  toIdText,
  toInteger,
  toNumber,
  toPlainText,
  toText,
  type ItemDraft,
} from '@catalogue-sync/catalogue';
import type { M3uType } from '../m3u/classify.js';
import { groupId, groupTitles } from '../m3u/group.js';
import { identifyEntry } from '../m3u/identity.js';
import { imagePath } from './image-path.js';
import { rejected, type MappedRow, type Row, type RowContext } from './mapped-row.js';

const KIND: Record<M3uType, ItemKind> = { live: 'channel', movie: 'movie', episode: 'series' };
/** A year that ends a title, as panels write it: "Blue Lantern (2021)". */
const TITLE_YEAR = /\((\d{4})\)\s*$/;
const EXTENSION = /\.([A-Za-z0-9]{2,5})$/;

/** Attributes that have a field of their own, or say which account is asking. Compared in lower case. */
const HANDLED_ATTRIBUTES = new Set([
  'tvg-id',
  'tvg-name',
  'tvg-logo',
  'logo',
  'tvg-chno',
  'ch-number',
  'channel-number',
  'group-title',
  'radio',
  'catchup-days',
  'tvg-rec',
  'timeshift',
  'tvg-type',
  'media',
  'tvg-country',
  'xui-id',
]);

/** A group of a playlist: `{id, title, position}`. */
export function mapM3uGroup(row: Row, context: RowContext): MappedRow {
  const title = toPlainText(row['title']);
  const externalId = toIdText(row['id']) ?? toIdText(groupId(title ?? ''));
  if (externalId === undefined) return rejected('The group has no readable title.');
  return {
    type: 'category',
    category: normaliseCategory({
      scope: context.scope,
      externalId,
      name: title ?? externalId,
      position: toInteger(row['position']),
    }),
  };
}

/** An entry of a playlist (PROVIDERS C), as the client cut it from the file. An episode gives the series it belongs to. */
export function mapM3uEntry(row: Row, context: RowContext): MappedRow {
  const url = toText(row['url']);
  if (url === undefined) return rejected('The entry has no URL.');
  const attributes = textFields(row['attributes']);
  const duration = toNumber(row['duration']);
  const group = toText(row['group']);
  const identity = identifyEntry({
    title: toText(row['title']) ?? '',
    url,
    duration,
    attributes,
    group,
    playlistType: toText(row['playlistType']),
  });
  const variant = toIdText(row['variant']);
  const externalId = toIdText(variant === undefined ? identity.key : `${identity.key}~${variant}`);
  if (externalId === undefined) return rejected('The entry has no usable id.');
  const draft: ItemDraft = {
    kind: KIND[identity.type],
    externalId,
    name:
      toPlainText(identity.name) ?? toPlainText(attributes['tvg-name']) ?? nameFromPath(identity.parts.path),
    categoryIds: groupTitles(attributes['group-title'], group).map((title) =>
      categoryId(context.scope, groupId(title)),
    ),
    poster: imagePath(attributes['tvg-logo'] ?? attributes['logo']),
    country: toPlainText(attributes['tvg-country']),
  };
  if (identity.type === 'live') addChannelFields(draft, attributes);
  else addTitleFields(draft, identity.name, duration, identity.type);
  if (!identity.grouped) {
    draft.playCommand = url;
    draft.container = EXTENSION.exec(identity.parts.path)?.[1]?.toLowerCase();
    draft.extra = extraOf(row, attributes);
  }
  return { type: 'item', item: normaliseItem(draft) };
}

function addChannelFields(draft: ItemDraft, attributes: Record<string, string>): void {
  draft.epgChannelId = toText(attributes['tvg-id']);
  draft.number = toNumber(attributes['tvg-chno'] ?? attributes['ch-number'] ?? attributes['channel-number']);
  draft.archiveDays = toNumber(
    attributes['catchup-days'] ?? attributes['tvg-rec'] ?? attributes['timeshift'],
  );
  draft.radio = toBoolean(attributes['radio']) === true ? true : undefined;
}

function addTitleFields(draft: ItemDraft, name: string, duration: number | undefined, type: M3uType): void {
  draft.year = readYear(TITLE_YEAR.exec(name)?.[1]);
  if (type === 'movie' && duration !== undefined && duration > 60)
    draft.durationMinutes = readMinutes(duration / 60);
}

function extraOf(row: Row, attributes: Record<string, string>): Record<string, unknown> | undefined {
  const extra: Record<string, unknown> = {};
  for (const key of Object.keys(attributes)) {
    if (!HANDLED_ATTRIBUTES.has(key) && attributes[key] !== '') extra[key] = attributes[key];
  }
  for (const key of ['headers', 'options']) {
    const fields = textFields(row[key]);
    if (Object.keys(fields).length > 0) extra[key] = fields;
  }
  return Object.keys(extra).length === 0 ? undefined : extra;
}

function nameFromPath(path: string): string | undefined {
  const last = path.split('/').at(-1) ?? '';
  return toText(last.replace(EXTENSION, ''));
}

/** The texts of an object; {} for anything else. */
function textFields(value: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fields;
  for (const [key, field] of Object.entries(value)) {
    const name = key.toLowerCase();
    if (typeof field === 'string' && name !== '__proto__') fields[name] = field;
  }
  return fields;
}
