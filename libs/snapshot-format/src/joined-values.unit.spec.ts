import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { joinedValues } from './joined-values.js';

it('gives back the values that were joined', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), (values) => {
      const texts = values.map((value) => JSON.stringify(value));
      expect(joinedValues(Buffer.from(texts.join(','))).map(String)).toEqual(texts);
    }),
  );
});
