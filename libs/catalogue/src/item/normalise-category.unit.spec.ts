import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyScope, anyText, anyValue } from '../../arbitraries/item.arbitrary.js';
import type { CategoryDraft } from './item-draft.js';
import { categoryId, itemId } from './item-id.js';
import { normaliseCategory } from './normalise-category.js';
import { normaliseItem } from './normalise-item.js';

const anyCategoryDraft = fc
  .record(
    {
      scope: anyScope,
      externalId: anyText,
      name: anyValue,
      kind: anyValue,
      parentId: anyValue,
      adult: anyValue,
      position: anyValue,
    },
    { requiredKeys: ['scope', 'externalId'] },
  )
  .map((draft) => draft as CategoryDraft);

describe('normaliseCategory', () => {
  it('gives a category for any draft, and the same again for its own result', () => {
    fc.assert(
      fc.property(anyCategoryDraft, (draft) => {
        const once = normaliseCategory(draft);
        expect(JSON.stringify(normaliseCategory(once))).toBe(JSON.stringify(once));
        expect(JSON.parse(JSON.stringify(once))).toEqual(once);
      }),
      { numRuns: 400 },
    );
  });

  it('has the id by which items name it, whatever the external id is', () => {
    fc.assert(
      fc.property(anyScope, anyText, (scope, externalId) => {
        const { id } = normaliseCategory({ scope, externalId });
        const named = categoryId(scope, externalId);
        expect(named).toBe(id);
        expect(normaliseItem({ kind: 'movie', externalId: '1', categoryIds: [named] }).categoryIds).toEqual([
          id,
        ]);
      }),
      { numRuns: 700 },
    );
  });

  it('keeps what it is told and drops what cannot be', () => {
    const told = {
      scope: 'vod',
      externalId: '12',
      name: ' VOD | Drama ',
      kind: 'movie',
      parentId: 'vod:3',
      adult: true,
      position: 4,
    } as const;
    expect(normaliseCategory(told)).toEqual({ id: 'vod:12', ...told, name: 'VOD | Drama' });
    const wrong = {
      scope: 'vod',
      externalId: '12',
      name: '',
      kind: 'film',
      parentId: 'vod:12',
      position: -1,
    } as unknown as CategoryDraft;
    expect(normaliseCategory(wrong)).toEqual({
      id: 'vod:12',
      scope: 'vod',
      externalId: '12',
      name: 'Untitled 12',
    });
  });
});

describe('external ids', () => {
  it('make the item id', () => {
    expect(itemId('movie', '00123')).toBe('movie:00123');
  });

  it.each(['00123', '12345678901234567890', 'Cafe\u0301', 'a  b', '\u200bx'])(
    '%j stays as the provider spells it',
    (externalId) => {
      expect(normaliseItem({ kind: 'movie', externalId })).toMatchObject({
        id: `movie:${externalId}`,
        externalId,
      });
      expect(normaliseCategory({ scope: 'vod', externalId })).toMatchObject({
        id: `vod:${externalId}`,
        externalId,
      });
    },
  );

  it('are made storable when they are not', () => {
    expect(normaliseItem({ kind: 'movie', externalId: 'a\0b' }).id).toBe('movie:ab');
  });
});
