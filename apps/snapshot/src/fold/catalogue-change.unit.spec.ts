import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPE } from '@catalogue-sync/contracts';
import { MalformedEvent, readChange } from './catalogue-change.js';

const event = (type: string, body: string | Buffer) => ({ seq: 7, type, body: Buffer.from(body) });
const item = (fields: object) =>
  JSON.stringify({ id: 'movie:1', kind: 'movie', categoryIds: ['vod:1'], ...fields });

describe('readChange', () => {
  it('hands the text of an item on as it came', () => {
    const text = ` {"kind":"movie", "id":"movie:1","categoryIds":["vod:2","vod:1","vod:2"],"year":1.50,"name":"A"}`;
    expect(readChange(event(EVENT_TYPE.itemUpdated, text))).toEqual({
      type: 'item-put',
      id: 'movie:1',
      kind: 'movie',
      categoryIds: ['vod:2', 'vod:1'],
      search: { name: 'A', originalName: undefined, genres: [], year: '1.5', addedAt: '' },
      payload: Buffer.from(text),
    });
  });

  it('lets types it does not know change nothing', () => {
    expect(readChange(event('catalogue.something-new.v1', 'whatever'))).toEqual({ type: 'nothing' });
    expect(readChange(event(EVENT_TYPE.scopeReconciled, '{}'))).toEqual({ type: 'nothing' });
  });

  it.each([
    ['cut JSON', EVENT_TYPE.itemAdded, '{"id":"movie:1"'],
    ['two values', EVENT_TYPE.itemAdded, '{} {}'],
    ['a byte order mark', EVENT_TYPE.itemAdded, `\ufeff${item({})}`],
    [
      'bytes that are not UTF-8',
      EVENT_TYPE.itemAdded,
      Buffer.concat([Buffer.from(item({}).slice(0, -1)), Buffer.from(',"name":"\xff"}', 'latin1')]),
    ],
    ['an array', EVENT_TYPE.categoryAdded, '[]'],
    ['no id', EVENT_TYPE.itemRemoved, '{}'],
    ['an empty id', EVENT_TYPE.categoryRemoved, '{"id":""}'],
    ['an id that cannot be stored', EVENT_TYPE.itemRemoved, '{"id":"movie:\\u0000"}'],
    ['half a surrogate pair', EVENT_TYPE.itemRemoved, '{"id":"movie:\\ud800"}'],
    ['a kind that is not of the id', EVENT_TYPE.itemAdded, item({ kind: 'series' })],
    ['an unknown kind', EVENT_TYPE.itemAdded, item({ kind: 'book', id: 'book:1' })],
    ['no categories', EVENT_TYPE.itemAdded, item({ categoryIds: undefined })],
    ['a category that is no text', EVENT_TYPE.itemAdded, item({ categoryIds: [5] })],
    ['a job without scopes', EVENT_TYPE.jobReconciled, '{"jobId":"j","outcome":"completed"}'],
  ])('refuses %s', (_, type, body) => {
    expect(() => readChange(event(type, body))).toThrow(MalformedEvent);
    expect(() => readChange(event(type, body))).toThrow(`event 7 (${type})`);
  });
});
