import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MASKED } from '../http/masked-url.js';
import { givenFields } from './given-fields.js';

describe('givenFields', () => {
  it('names every field by its path, and shows what cannot be secret', () => {
    const body = {
      name: 'My panel',
      settings: { parallelRequests: 2, xmltv: true },
      connection: {
        protocol: 'xtream',
        url: 'http://me:hunter2@panel.example:8080/get.php?password=hunter2',
        username: 'me',
        password: 'hunter2',
      },
      scopes: ['read', 'operate'],
    };
    expect(givenFields(body)).toEqual({
      name: 'My panel',
      'settings.parallelRequests': 2,
      'settings.xmltv': true,
      'connection.protocol': 'xtream',
      'connection.url': `http://panel.example:8080/${MASKED}`,
      'connection.username': MASKED,
      'connection.password': MASKED,
      scopes: ['read', 'operate'],
    });
  });

  it('lets no text through under a name that it does not know, at any depth', () => {
    const secret = 'S3CRET-that-nobody-may-see';
    const name = fc.stringMatching(/^[b-z]{1,6}[0-9]$/);
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 8 },
        fc.constant(secret),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(name, tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (body) => {
        expect(JSON.stringify(givenFields(body))).not.toContain(secret);
      }),
    );
  });

  it('is bounded, whatever is sent', () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, i]));
    expect(Object.keys(givenFields(wide))).toHaveLength(60);
    expect(
      JSON.stringify(givenFields({ name: 'x'.repeat(100_000), ['y'.repeat(100_000)]: 1 })).length,
    ).toBeLessThan(400);
    expect(givenFields([1, 2])).toEqual({});
    expect(givenFields(undefined)).toEqual({});
  });
});
