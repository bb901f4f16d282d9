import type { Protocol } from '@catalogue-sync/contracts';
import type { Validators } from '../http/validators.js';
import type { FetchScopeOptions, ScopeEnd, ScopeMemory } from '../port.js';
import { ROW_MAPPER_VERSION } from '../rows/mapper-version.js';

const NAMES = ['etag', 'lastModified'] as const;

/**
 * What the run of a list leaves behind, with what only this library needs. Where the further fields get lost, bodies are downloaded that
 * need not be; nothing else comes of it.
 */
export interface ListMemory extends ScopeMemory {
  /** XXH64 of the category list alone, hex: the validators are those of the item list. */
  categoriesDigest?: string;
  /** XXH64 of the body as it came, hex, where `digest` is over something else: two that are equal need no closer look. */
  rawDigest?: string;
  /** What `digest` was after the body's first MiB: a body that starts otherwise has changed. */
  startDigest?: string;
  /** Validators of the last body that have not shown yet that they change when it does. */
  unproved?: Validators;
  /** Validators that stayed as they were when the body changed. */
  lying?: (keyof Validators)[];
}

/** The key of a list's memory. @param address where it comes from, without secrets */
export function listKey(protocol: Protocol, address: string): string {
  return `${protocol} ${address} rows:${ROW_MAPPER_VERSION}`;
}

/** What the run before left behind, where it was made with the same key. */
export function memoryOf(options: FetchScopeOptions, key: string): ListMemory | undefined {
  return options.memory?.key === key ? options.memory : undefined;
}

/** The validators of a body that is known; none where nothing is. */
export function knownValidators(memory: ListMemory | undefined): Validators {
  if (memory?.digest === undefined) return {};
  const { etag, lastModified } = memory;
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

/** A memory that stands for no body any more; what else was learned stays. */
export function withoutDigest(memory: ScopeMemory): ScopeMemory {
  const {
    digest: _digest,
    categoriesDigest: _categories,
    rawDigest: _raw,
    startDigest: _start,
    etag: _etag,
    lastModified: _lastModified,
    unproved: _unproved,
    ...kept
  } = memory as ListMemory;
  return kept;
}

/** The end of a scope of which nothing changed. */
export function notModified(memory: ListMemory): ScopeEnd {
  return { outcome: 'not-modified', expectedPages: 0, itemRows: 0, categoriesComplete: true, memory };
}

/**
 * Which of a body's validators may be sent with the next request. A strong ETag stands for the bytes and is taken at its word. A weak one
 * and a Last-Modified count only once they were seen to change together with the body: servers that make their answers up send some that
 * never change, and a 304 to such a one would hide every change (PROVIDERS C.5). One that stayed when the body changed, strong or not,
 * is never believed again.
 *
 * @param changed whether the body differs from the one that `before` remembers
 */
export function rememberValidators(
  before: ListMemory | undefined,
  changed: boolean,
  seen: Validators,
): Pick<ListMemory, 'etag' | 'lastModified' | 'unproved' | 'lying'> {
  const trusted: Validators = {};
  const unproved: Validators = {};
  const lying = new Set(before?.lying);
  for (const name of NAMES) {
    const value = seen[name];
    if (value === undefined) continue;
    const last = before?.[name] ?? before?.unproved?.[name];
    if (changed && value === last) lying.add(name);
    if (lying.has(name)) continue;
    const proved = before?.[name] !== undefined || (changed && last !== undefined) || isStrong(name, value);
    (proved ? trusted : unproved)[name] = value;
  }
  return {
    ...trusted,
    ...(Object.keys(unproved).length === 0 ? {} : { unproved }),
    ...(lying.size === 0 ? {} : { lying: [...lying] }),
  };
}

function isStrong(name: keyof Validators, value: string): boolean {
  return name === 'etag' && !value.startsWith('W/');
}
