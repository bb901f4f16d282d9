import { expect, it } from '@jest/globals';
import { fieldChanges, fieldName } from './field-changes.js';

it('tells which fields differ, and how', () => {
  const before = { name: 'Dune', year: 2021, genres: ['Drama'], plot: 'Sand.' };
  const after = { name: 'Dune (Remaster)', year: 2021, genres: ['Drama', 'Adventure'], poster: '/a.jpg' };
  expect(fieldChanges(before, after)).toEqual([
    { field: 'genres', before: 'Drama', after: 'Drama, Adventure' },
    { field: 'name', before: 'Dune', after: 'Dune (Remaster)' },
    { field: 'plot', before: 'Sand.' },
    { field: 'poster', after: '/a.jpg' },
  ]);
});

it('passes over what is no reason for an update', () => {
  expect(fieldChanges({ ratings: { imdb: 1 }, extra: {} }, { ratings: { imdb: 2 }, number: 4 })).toEqual([]);
});

it('names fields for people', () => {
  expect(fieldName('categoryIds')).toBe('category ids');
});
