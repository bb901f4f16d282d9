import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DocumentMembers, type DocumentMember } from './document-members.js';

function readAll(text: string, chunkBytes: number, skip?: (key: string) => boolean): DocumentMember[] {
  const bytes = Buffer.from(text);
  const reader = new DocumentMembers(skip);
  const found: DocumentMember[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    found.push(...reader.read(bytes.subarray(at, at + chunkBytes)));
  reader.end();
  return found;
}

type Found = Omit<DocumentMember, 'text'> & { value: unknown };

/** What `readAll` must find, told by JSON.parse. */
function expected(document: Record<string, unknown>): Found[] {
  return Object.entries(document).flatMap(([key, value]) =>
    Array.isArray(value)
      ? value.map((element: unknown): Found => ({ key, isElement: true, value: element }))
      : [{ key, isElement: false, value } satisfies Found],
  );
}

describe('DocumentMembers', () => {
  it('finds what JSON.parse finds, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 2),
        (document, chunkBytes, indent) => {
          const found = readAll(JSON.stringify(document, null, indent), chunkBytes);
          expect(
            found.map(({ text, ...member }) => ({ ...member, value: JSON.parse(text) as unknown })),
          ).toEqual(
            // Through JSON once: it knows no -0.
            expected(JSON.parse(JSON.stringify(document)) as Record<string, unknown>),
          );
        },
      ),
    );
  });

  it('passes members by that nobody wants, whatever their size', () => {
    const big = JSON.stringify({ a: 1, skipped: { text: 'x"]},'.repeat(5_000_000) }, list: [[1], 2] });
    expect(readAll(big, 65_536, (key) => key === 'skipped')).toEqual([
      { key: 'a', isElement: false, text: '1' },
      { key: 'list', isElement: true, text: '[1]' },
      { key: 'list', isElement: true, text: '2' },
    ]);
  });

  it.each(['{"a":1', '{"a":[1,2', '', '[1]', '{"a":1}{', '"text"', '{1:2}'])('refuses %s', (text) => {
    expect(() => readAll(text, 3)).toThrow(expect.objectContaining({ code: 'unusable-answer' }));
  });
});
