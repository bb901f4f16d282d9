import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
/** What runs as a process of its own and is imported by nothing. */
const MAINS = /\/(main|write-openapi)\.ts$/;

describe('modules that specs load', () => {
  // Jest builds all that imports such a module several times over (docs/adr/0021-specs-load-bundled-packages.md).
  it('do not await at their top level', () => {
    const waiting = globSync('{apps,libs}/*/src/**/*.ts', { cwd: root }).filter((file) => {
      if (MAINS.test(file) || file.endsWith('.spec.ts')) return false;
      return /^(?:export )?(?:(?:const|let) .*= )?await /m.test(readFileSync(join(root, file), 'utf8'));
    });
    expect(waiting).toEqual([]);
  });
});
