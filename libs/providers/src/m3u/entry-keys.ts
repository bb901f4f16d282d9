import { hash53 } from '../stalker/id-set.js';
import { identifyEntry, shortHash } from './identity.js';
import type { M3uEntryRow } from './m3u-row.js';

const INITIAL_SLOTS = 8192;

/**
 * Remembers which stream each key of a playlist stands for, in 24 bytes an entry at most, so that another stream under the same key gets an
 * id of its own (PROVIDERS C.4). The first one in the file keeps the plain id.
 */
export class EntryKeys {
  private keys = new Float64Array(INITIAL_SLOTS);
  private streams = new Float64Array(INITIAL_SLOTS);
  private size = 0;

  /** What tells this entry from an earlier one with its key; undefined when there is none, or when both are the same stream. */
  variantOf(entry: M3uEntryRow): string | undefined {
    const identity = identifyEntry({ ...entry, attributes: entry.attributes ?? {} });
    // Episodes share their series' key on purpose.
    if (identity.grouped) return undefined;
    const key = hash53(`${identity.type}\n${identity.key}`) + 1;
    const stream = hash53(identity.stream) + 1;
    const slot = slotOf(this.keys, key);
    if (this.keys[slot] === key) {
      return this.streams[slot] === stream ? undefined : shortHash(identity.stream).slice(0, 10);
    }
    this.keys[slot] = key;
    this.streams[slot] = stream;
    if (++this.size * 4 > this.keys.length * 3) this.grow();
    return undefined;
  }

  private grow(): void {
    const { keys, streams } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.streams = new Float64Array(keys.length * 2);
    for (const [index, key] of keys.entries()) {
      if (key === 0) continue;
      const slot = slotOf(this.keys, key);
      this.keys[slot] = key;
      this.streams[slot] = streams[index] ?? 0;
    }
  }
}

function slotOf(keys: Float64Array, key: number): number {
  const mask = keys.length - 1;
  let slot = (key % 0x8000_0000) & mask;
  while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask;
  return slot;
}
