import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IdSet, idKey } from './id-set.js';

describe('IdSet', () => {
  it('is a set', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat().map(String), fc.string()), { maxLength: 300 }), (ids) => {
        const set = new IdSet();
        const truth = new Set<string>();
        for (const id of ids) {
          expect(set.add(idKey(id))).toBe(!truth.has(id));
          truth.add(id);
        }
        expect(set.size).toBe(truth.size);
        for (const id of ids) expect(set.has(idKey(id))).toBe(true);
      }),
    );
  });

  it('holds many ids of every sort, each once', () => {
    const set = new IdSet();
    for (let id = 0; id < 100_000; id++) {
      set.add(idKey(String(id)));
      set.add(idKey(`${id}:2`));
    }
    expect(set.size).toBe(200_000);
    expect(set.has(idKey('99999'))).toBe(true);
    expect(set.has(idKey('100000'))).toBe(false);
    expect(set.add(idKey('0'))).toBe(false);
  });

  it('keeps numbers apart from texts that look like them', () => {
    expect(idKey('7')).not.toBe(idKey('07'));
    expect(idKey('0')).not.toBe(0);
    expect(idKey('9007199254740993')).not.toBe(idKey('9007199254740992'));
  });
});
