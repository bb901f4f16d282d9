import type { StalkerConnection } from '@catalogue-sync/contracts';
import { withoutUserInfo } from '../base-url.js';
import type { ScopeMemory } from '../port.js';
import { ROW_MAPPER_VERSION } from '../rows/mapper-version.js';
import { isPlausible } from './added.js';

/** What a memory is made with. Language and time zone change the rows of a whole catalogue (PROVIDERS A.2). */
export function memoryKey(endpoint: URL, { language, timezone }: StalkerConnection): string {
  return JSON.stringify([
    withoutUserInfo(endpoint).href,
    language ?? 'en',
    timezone ?? 'UTC',
    `rows ${ROW_MAPPER_VERSION}`,
  ]);
}

/** The memory, as far as it counts: of the same key, and with a frontier that the clock can have shown. */
export function usableMemory(
  memory: ScopeMemory | undefined,
  key: string,
  now: number,
): ScopeMemory | undefined {
  if (memory?.key !== key) return undefined;
  if (memory.frontier === undefined || isPlausible(memory.frontier, now)) return memory;
  const { frontier: _unbelievable, ...rest } = memory;
  return rest;
}
