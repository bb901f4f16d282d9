import { describe, expect, it } from '@jest/globals';
import type { RequestedAction } from '../server/provider-request.js';
import { FaultBook } from './fault-book.js';

const page = (number: number): RequestedAction => ({
  protocol: 'stalker',
  action: 'vod.get_ordered_list',
  page: number,
});
const list: RequestedAction = { protocol: 'xtream', action: 'get_vod_streams' };
const hits = (book: FaultBook, requests: RequestedAction[]) =>
  requests.map((requested) => book.take(requested) !== undefined);

describe('fault rules', () => {
  it('hit what they match: protocol, action with or without its type, page', () => {
    const book = new FaultBook(1);
    book.add({
      match: { protocol: 'stalker', action: 'get_ordered_list', page: 2 },
      effect: { type: 'empty' },
    });
    expect(hits(book, [page(1), page(2), list, page(2)])).toEqual([false, true, false, true]);
  });

  it('hit from the nth match on, once unless told otherwise', () => {
    const book = new FaultBook(1);
    book.add({ match: { nth: 2 }, effect: { type: 'html' } });
    expect(hits(book, [list, list, list])).toEqual([false, true, false]);
    book.clear();
    book.add({ match: { nth: 2 }, times: 2, effect: { type: 'html' } });
    expect(hits(book, [list, list, list, list])).toEqual([false, true, true, false]);
  });

  it('hit by chance, the same ones for the same seed', () => {
    const run = (seed: number) => {
      const book = new FaultBook(seed);
      book.add({ match: { probability: 0.3 }, effect: { type: 'reset' } });
      return hits(
        book,
        Array.from({ length: 400 }, () => list),
      );
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
    const share = run(3).filter(Boolean).length / 400;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });

  it('give the first rule that hits, and count what each has seen', () => {
    const book = new FaultBook(1);
    book.add({ times: 1, effect: { type: 'status', code: 500 } });
    book.add({ effect: { type: 'status', code: 884 } });
    expect([book.take(list), book.take(list)]).toEqual([
      { type: 'status', code: 500 },
      { type: 'status', code: 884 },
    ]);
    expect(book.list().map(({ seen, hits: hit }) => [seen, hit])).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });
});
