import { expect, it } from '@jest/globals';
import { ContentTable } from './content-table.js';

const text = (index: number) => Buffer.from(`content ${index}`);

it('tells same from changed from unknown, and which were met', () => {
  const table = new ContentTable(5_000);
  for (let index = 0; index < 5_000; index++) table.remember(`movie:${index}`, text(index));
  expect(table.unmet).toBe(5_000);
  for (let index = 0; index < 5_000; index += 2) {
    expect(table.meet(`movie:${index}`, text(index))).toBe('same');
    expect(table.meet(`movie:${index}`, text(index + 1))).toBe('changed');
    expect(table.meet(`series:${index}`, text(index))).toBe('unknown');
  }
  expect(table.unmet).toBe(2_500);
  for (let index = 0; index < 5_000; index++) expect(table.wasMet(`movie:${index}`)).toBe(index % 2 === 0);
  expect(table.wasMet('series:0')).toBe(false);
});

it('needs no room for nothing', () => {
  const table = new ContentTable(0);
  expect(table.meet('movie:1', text(1))).toBe('unknown');
  expect(table.unmet).toBe(0);
});

it('refuses more than there is room for', () => {
  const table = new ContentTable(1);
  expect(() => {
    for (let index = 0; index < 10; index++) table.remember(String(index), text(index));
  }).toThrow(RangeError);
});
