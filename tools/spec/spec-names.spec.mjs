import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const spec = readFileSync(join(root, 'libs/catalogue/SPEC.md'), 'utf8');
const [table] = spec.split('## What the words mean here');
const invariants = [...table.matchAll(/^\*\*(I\d+)\*\* /gm)].map((match) => match[1]);
const references = [...table.matchAll(/^- `([^`*]+)`(?:[^`›\n]*›\s*([^\n]+))?/gm)].map((match) => [
  match[1],
  match[2]?.trim(),
]);

describe('SPEC.md', () => {
  it('has all twelve invariants', () => {
    expect(invariants).toEqual(Array.from({ length: 12 }, (_, index) => `I${index + 1}`));
  });

  it.each(references)('names a test that exists: %s › %s', (file, title) => {
    const source = readFileSync(join(root, file), 'utf8');
    // A file without a title stands for all of its tests.
    expect(source).toContain(title ?? 'expect(');
  });

  it('names one for every invariant', () => {
    for (const part of table.split(/^\*\*I\d+\*\* /m).slice(1)) expect(part).toMatch(/^- `/m);
  });
});
