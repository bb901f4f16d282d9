import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectedIds } from '../control/expected-ids.js';
import { CatalogueRegistry } from './catalogue-registry.js';

const REQUEST = { name: 'kept', seed: 4, movies: 50, series: 5, channels: 5 };
const DAY = { add: 4, edit: 3, remove: 2, move: 1 };

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  file = join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(request: object = REQUEST) {
  const registry = new CatalogueRegistry().open([{ ...REQUEST, ...request }], file);
  const provider = registry.find('kept');
  if (provider === undefined) throw new Error('the catalogue is missing');
  return { registry, provider, ids: () => [...expectedIds(provider.catalogue)] };
}

describe('the registry', () => {
  it('brings catalogues back as they were, days passed and all', () => {
    const first = open();
    first.registry.tomorrow(first.provider, DAY);
    first.registry.tomorrow(first.provider, DAY);
    const second = open();
    expect(second.provider.catalogue.version).toBe(2);
    expect(second.ids()).toEqual(first.ids());
  });

  it('starts anew when the catalogue is asked for in another form', () => {
    const first = open();
    first.registry.tomorrow(first.provider, DAY);
    expect(open({ movies: 60 }).provider.catalogue.version).toBe(0);
  });

  it('says what to do about a file that it cannot read', () => {
    writeFileSync(file, '{"half');
    expect(() => open()).toThrow(/mend it or delete it/);
  });
});
