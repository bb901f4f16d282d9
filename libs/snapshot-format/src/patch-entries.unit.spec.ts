import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { patchEntries } from './patch-entries.js';

/** As Postgres joins them: by the bytes of their ids. */
const segmentOf = (entries: ReadonlyMap<string, string>): Buffer =>
  Buffer.from(
    [...entries]
      .toSorted(([a], [b]) => Buffer.from(a).compare(Buffer.from(b)))
      .map(([, json]) => json)
      .join(','),
  );
const id = fc.oneof(
  fc.stringMatching(/^movie:\d{1,2}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
);
const extra = fc.dictionary(fc.constantFrom('name', 'nested', 'tags'), fc.jsonValue());

describe('patchEntries', () => {
  it.each([
    ['items', (key: string, more: object) => JSON.stringify({ id: key, ...more })],
    ['items whose id stands elsewhere', (key: string, more: object) => JSON.stringify({ ...more, id: key })],
    ['ids', (key: string) => JSON.stringify(key)],
  ])('gives what joining all %s anew gives', (_, jsonOf) => {
    fc.assert(
      fc.property(
        fc.dictionary(id, extra),
        fc.array(fc.tuple(id, fc.option(extra, { nil: undefined })), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 4 }),
        (before, others, picks) => {
          const known = Object.keys(before);
          const gone = picks.flatMap((pick) => known[pick % Math.max(1, known.length)] ?? []);
          const changes = new Map(
            [...others, ...gone.map((key) => [key, undefined] as const)].map(([key, more]) => [
              key,
              more && Buffer.from(jsonOf(key, more)),
            ]),
          );
          const plain = new Map(Object.entries(before).map(([key, more]) => [key, jsonOf(key, more)]));
          const after = new Map(plain);
          for (const [key, json] of changes)
            if (json === undefined) after.delete(key);
            else after.set(key, json.toString());
          const patched = patchEntries(segmentOf(plain), changes);
          expect(patched.text.toString()).toBe(segmentOf(after).toString());
          expect(patched.count).toBe(after.size);
        },
      ),
    );
  });

  it('leaves nothing of what lost all', () => {
    const plain = Buffer.from('"a","b"');
    const changes = new Map([
      ['a', undefined],
      ['b', undefined],
    ]);
    expect(patchEntries(plain, changes)).toEqual({ text: Buffer.alloc(0), count: 0 });
  });
});
