import { expect, it } from '@jest/globals';
import { ContentTable } from './content-table.js';

const text = (index: number) => Buffer.from(`content ${index}`);

it('tells same from changed from unknown, and what was marked', () => {
  const table = new ContentTable(5_000);
  for (let index = 0; index < 5_000; index++) table.remember(`movie:${index}`, text(index));
  for (let index = 0; index < 5_000; index += 2) table.mark(`movie:${index}`);
  table.mark('movie:never');
  for (let index = 0; index < 5_000; index++) {
    expect(table.compare(`movie:${index}`, text(index))).toBe('same');
    expect(table.compare(`movie:${index}`, text(index + 1))).toBe('changed');
    expect(table.compare(`series:${index}`, text(index))).toBe('unknown');
    expect(table.isMarked(`movie:${index}`)).toBe(index % 2 === 0);
  }
  expect(table.isMarked('movie:never')).toBe(false);
});

it('needs no room for nothing', () => {
  expect(new ContentTable(0).compare('movie:1', text(1))).toBe('unknown');
});

it('refuses more than there is room for', () => {
  const table = new ContentTable(1);
  expect(() => {
    for (let index = 0; index < 10; index++) table.remember(String(index), text(index));
  }).toThrow(RangeError);
});
