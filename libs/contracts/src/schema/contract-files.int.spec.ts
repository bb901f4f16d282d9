import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { EVENT_TYPE } from '../events.js';
import { providerId } from '../ids.js';
import { subjects } from '../streams.js';
import { contractFiles } from './contract-files.js';

const folder = join(import.meta.dirname, '../../../../docs/asyncapi');
const files = new Map(contractFiles().map(({ path, text }) => [path, text]));

// Formats are a matter of the end-to-end test, which has real values.
const validator = (path: string) =>
  new Ajv2020({ validateFormats: false }).compile(JSON.parse(files.get(path) ?? '') as object);

describe('the published contract', () => {
  it('is committed as the code says it: `npm run contract` writes it anew', () => {
    const committed = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.json'))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const);
    expect(new Map(committed)).toEqual(files);
  });

  it('is a valid AsyncAPI document with all messages on their subjects', async () => {
    const { document, diagnostics } = await new Parser().parse(files.get('asyncapi.json') ?? '');
    expect(diagnostics.filter(({ severity }) => severity < 2)).toEqual([]);
    const addresses =
      document
        ?.channels()
        .all()
        .map((channel) => channel.address() ?? '') ?? [];
    const filled = addresses.map((address) =>
      address.replace('{providerId}', 'p1').replace('{kind}', 'series'),
    );
    const provider = providerId('p1');
    expect(filled).toContain(subjects.eventsOf(provider));
    for (const type of Object.values(EVENT_TYPE))
      expect(filled).toContain(subjects.event(provider, type, 'series'));
    expect(document?.messages().length).toBe((files.size - 1) / 2);
  });

  it('has schemas of draft 2020-12 that stand alone and tell right from wrong', () => {
    for (const path of files.keys()) if (path.startsWith('schemas/')) validator(path);
    const isItem = validator(`schemas/${EVENT_TYPE.itemAdded}.json`);
    const item = { id: 'movie:1', kind: 'movie', externalId: '1', name: 'One', categoryIds: [] };
    expect(isItem({ ...item, ratings: { imdb: 7.1 }, fieldOfTomorrow: 1 })).toBe(true);
    expect(isItem({ ...item, name: undefined, title: 'One' })).toBe(false);
    expect(isItem({ ...item, kind: 'episode' })).toBe(false);
    expect(isItem({ ...item, ratings: { imdb: 71 } })).toBe(false);
    const isHeaders = validator(`schemas/${EVENT_TYPE.itemAdded}.headers.json`);
    const headers = {
      'ce-id': 'p1:7',
      'ce-type': EVENT_TYPE.itemAdded,
      'ce-source': '/catalogue-sync/providers/p1',
      'ce-specversion': '1.0',
      'ce-time': '2026-01-01T00:00:00.000Z',
      seq: '7',
    };
    expect(isHeaders(headers)).toBe(true);
    expect(isHeaders({ ...headers, seq: '0' })).toBe(false);
    expect(isHeaders({ ...headers, 'ce-type': EVENT_TYPE.itemRemoved })).toBe(false);
  });
});
