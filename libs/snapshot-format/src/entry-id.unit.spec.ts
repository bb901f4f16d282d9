import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idOfEntry } from './entry-id.js';

it('finds the id wherever it stands and whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.dictionary(fc.string(), fc.jsonValue()), (id, rest) => {
      const others = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'id'));
      for (const entry of [
        { id, ...others },
        { ...others, id },
      ])
        expect(idOfEntry(Buffer.from(JSON.stringify(entry)))).toBe(id);
    }),
  );
  expect(idOfEntry(Buffer.from('{"id":"a\\"b","n":"id"}'))).toBe('a"b');
});

it('finds the id in a list of ids', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (id) => {
      expect(idOfEntry(Buffer.from(JSON.stringify(id)))).toBe(id);
    }),
  );
});
