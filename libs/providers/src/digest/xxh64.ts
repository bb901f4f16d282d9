import xxhash, { type XXHash, type XXHashAPI } from 'xxhash-wasm';

let engine: XXHashAPI | undefined;

/**
 * Resolves when digests can be taken, a moment after this file was loaded: who takes them waits for it first. It is no `await` at the top level,
 * because Jest builds all that imports such a module several times over.
 */
export const xxh64Loaded: Promise<void> = xxhash().then((api) => {
  engine = api;
});

/**
 * XXH64 of one piece, unsigned. It tells what a provider sends now from what it sent before: nothing is proved to anyone by it, and it takes a
 * fifteenth of the time of a cryptographic digest ([ADR 18](../../../../docs/adr/0018-changes-are-told-by-xxh64.md)).
 */
export const xxh64 = (bytes: Uint8Array): bigint => loaded().h64Raw(bytes);

/** XXH64 over pieces that follow each other; `digest` may be asked for at any time, and more may follow. */
export const startXxh64 = (seed?: bigint): XXHash<bigint> => loaded().create64(seed);

function loaded(): XXHashAPI {
  if (engine === undefined) throw new Error('a digest was asked for before xxh64Loaded had resolved');
  return engine;
}
