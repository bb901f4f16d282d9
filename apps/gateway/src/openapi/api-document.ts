import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { describeIdempotency } from '../http/keeps-no-answer.js';

const DESCRIPTION = [
  'Admin REST of catalogue-sync: providers, syncs, snapshots and the event log.',
  'Every error is a problem answer (RFC 9457) with a stable `code`.',
  'Every request carries an API key, `Authorization: Bearer <key>`, or the cookie of a session; a key has scopes, and an answer 403 names the one it lacks.',
  'A client loads a snapshot, which names `asOfSeq`, and then reads the events after it.',
].join('\n\n');

/** The API as an OpenAPI document, made from the controllers. */
export function createApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('catalogue-sync')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .addTag('providers', 'Stalker portals, Xtream panels and M3U playlists')
    .addTag('sync', 'Starting, watching and cancelling syncs')
    .addTag('snapshots', 'Whole catalogues by version')
    .addTag('items', 'Items as they stand now, and their categories')
    .addTag('events', 'The ordered log of changes')
    .addTag('access', 'API keys, sessions, and the log of changes')
    .addTag('health', 'For probes and Prometheus')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key' }, 'key')
    .addSecurityRequirements('key')
    .build();
  return describeIdempotency(SwaggerModule.createDocument(app, config));
}

/** Text with sorted keys, so that the same API always gives the same file. */
export function apiDocumentText(document: OpenAPIObject): string {
  return `${JSON.stringify(document, sortKeys, 2)}\n`;
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
