import {
  categoryId,
  normaliseItem,
  readTimestamp,
  toBoolean,
  toIdText,
  toNumber,
  toPlainText,
  toText,
} from '@catalogue-sync/catalogue';
import { imagePath } from './image-path.js';
import { rejected, type MappedRow, type Row, type RowContext } from './mapped-row.js';
import { stableStalkerCommand } from './stalker-command.js';
import { STALKER_VOLATILE } from './stalker-fields.js';
import { unknownFields } from './unknown-fields.js';

const HANDLED = new Set([
  ...STALKER_VOLATILE,
  'id',
  'name',
  'cmd',
  'tv_genre_id',
  'hd',
  'xmltv_id',
  'enable_tv_archive',
  'archive',
  'tv_archive_duration',
  'logo',
  'censored',
  'modified',
  'added',
  'genres_str',
]);

/** A row of `get_all_channels` (PROVIDERS A.14). */
export function mapStalkerChannel(row: Row, context: RowContext): MappedRow {
  const externalId = toIdText(row['id']);
  if (externalId === undefined) return rejected('The channel has no readable id.');
  const genre = toIdText(row['tv_genre_id']);
  const archived = toBoolean(row['enable_tv_archive']) === true || toBoolean(row['archive']) === true;
  const archiveHours = toNumber(row['tv_archive_duration']);
  return {
    type: 'item',
    item: normaliseItem({
      kind: 'channel',
      externalId,
      name: toPlainText(row['name']),
      categoryIds: genre === undefined || genre === '0' ? [] : [categoryId(context.scope, genre)],
      number: toNumber(row['number']),
      epgChannelId: toText(row['xmltv_id']),
      archiveDays: archived && archiveHours !== undefined ? archiveHours / 24 : undefined,
      poster: imagePath(row['logo']),
      adult: toBoolean(row['censored']),
      highDefinition: toBoolean(row['hd']),
      addedAt: readTimestamp(row['added'], context.now)?.iso,
      modifiedAt: readTimestamp(row['modified'], context.now)?.iso,
      playCommand: stableStalkerCommand(row['cmd']),
      extra: unknownFields(row, HANDLED),
    }),
  };
}
