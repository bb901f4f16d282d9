import xxhash, { type XXHash } from 'xxhash-wasm';

const engine = await xxhash();

/**
 * XXH64 of one piece, unsigned. It tells what a provider sends now from what it sent before: nothing is proved to anyone by it, and it takes a
 * fifteenth of the time of a cryptographic digest ([ADR 18](../../../../docs/adr/0018-changes-are-told-by-xxh64.md)).
 */
export const xxh64 = (bytes: Uint8Array): bigint => engine.h64Raw(bytes);

/** XXH64 over pieces that follow each other; `digest` may be asked for at any time, and more may follow. */
export const startXxh64 = (seed?: bigint): XXHash<bigint> => engine.create64(seed);
