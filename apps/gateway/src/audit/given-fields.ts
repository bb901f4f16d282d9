import { MASKED, maskedUrl } from '../http/masked-url.js';

const MAX_FIELDS = 60;
const MAX_DEPTH = 5;
const MAX_NAME = 80;
const MAX_TEXT = 200;

/**
 * Fields whose texts are shown. All others are masked, so that a field that is added later cannot bring a secret into the log: to see it
 * there, add it here.
 */
const SHOWN = new Set([
  'name',
  'protocol',
  'mode',
  'cron',
  'timeZone',
  'timezone',
  'scopes',
  'expiresAt',
  'events',
  'reason',
  'state',
]);
/** Fields that hold URLs: scheme, host and port of them are shown. */
const URLS = new Set(['url', 'origin']);

/** The fields of a request's body by their paths, masked and bounded. */
export function givenFields(body: unknown): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  collect(body, '', '', 0, fields);
  return fields;
}

function collect(
  value: unknown,
  path: string,
  name: string,
  depth: number,
  fields: Record<string, unknown>,
): void {
  if (Object.keys(fields).length >= MAX_FIELDS) return;
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < MAX_DEPTH)
    for (const [key, entry] of Object.entries(value)) {
      const shortName = key.slice(0, MAX_NAME);
      collect(entry, path === '' ? shortName : `${path}.${shortName}`, key, depth + 1, fields);
    }
  else if (path !== '') fields[path] = shown(value, name);
}

function shown(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.slice(0, 20).map((entry) => shown(entry, name));
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value !== 'string') return MASKED;
  if (SHOWN.has(name)) return value.slice(0, MAX_TEXT);
  return URLS.has(name) && URL.canParse(value) ? maskedUrl(value) : MASKED;
}
