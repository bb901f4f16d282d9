import { expect, it } from '@jest/globals';
import type { Protocol, Scope } from '@catalogue-sync/contracts';
import {
  fetchScope,
  never,
  SECRETS,
  stored,
  type ContractSubject,
  type ProviderStage,
} from './provider-stage.contract.js';

/** What a client makes of the memory of an earlier run. */
export function describeMemory(stage: ProviderStage, subject: ContractSubject): void {
  it.each(stage.scopes)(
    'in mode list, hands out the scope %s only if it cannot know it again',
    async (scope) => {
      await stage.client.open(never);
      const full = await fetchScope(stage.client, scope);
      const listed = await fetchScope(stage.client, scope, { mode: 'list', memory: stored(full.end) });
      const known = comesInOneBody(subject.connection(stage.catalogue).protocol, scope);
      const again = await fetchScope(stage.client, scope, { mode: 'list', memory: stored(listed.end) });
      const expected = known
        ? { outcome: 'not-modified', expectedPages: 0, itemRows: 0, categoriesComplete: true }
        : { outcome: 'complete', itemRows: full.end.itemRows, categoriesComplete: true };
      for (const run of [listed, again]) {
        expect(run.end).toMatchObject(expected);
        expect(run.pages).toHaveLength(known ? 0 : full.pages.length);
        expect(run.items).toEqual(known ? new Map() : full.items);
      }
    },
  );

  it('in mode list, hands out all of a list that changed', async () => {
    await stage.client.open(never);
    const scope = subject.longScope;
    const memory = stored((await fetchScope(stage.client, scope)).end);
    await stage.simulator.tomorrow(stage.name, { edit: 1 });
    const listed = await fetchScope(stage.client, scope, { mode: 'list', memory });
    const full = await fetchScope(stage.client, scope);
    expect(listed.end.outcome).toBe('complete');
    expect(listed.items).toEqual(full.items);
    expect(stored(listed.end).digest).toBe(stored(full.end).digest);
  });

  it('reads all where the memory is of another address or mapper, and in mode full whatever it remembers', async () => {
    await stage.client.open(never);
    const scope = subject.longScope;
    const first = await fetchScope(stage.client, scope);
    const memory = stored(first.end);
    const strange = await fetchScope(stage.client, scope, {
      mode: 'list',
      memory: { ...memory, key: `${memory.key}?` },
    });
    const full = await fetchScope(stage.client, scope, { mode: 'full', memory });
    for (const { end, items } of [strange, full]) {
      expect(end.outcome).toBe('complete');
      expect(items).toEqual(first.items);
    }
    expect(JSON.stringify(memory)).not.toMatch(SECRETS);
  });
}

/** Mode `list` knows such a scope again when nothing changed; what a portal lists page by page it fetches as `full` does. */
function comesInOneBody(protocol: Protocol, scope: Scope): boolean {
  return protocol !== 'stalker' || scope === 'live';
}
