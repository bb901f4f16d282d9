import { describe, expect, it } from '@jest/globals';
import { validatorsOf, type Validators } from '../http/validators.js';
import { ROW_MAPPER_VERSION } from '../rows/mapper-version.js';
import { knownValidators, listKey, memoryOf, rememberValidators, type ListMemory } from './list-memory.js';

const never = new AbortController().signal;

/** What is remembered after runs that saw these bodies and validators, one after the other. */
function after(...runs: [body: string, seen: Validators][]): ListMemory {
  let memory: ListMemory | undefined;
  for (const [digest, seen] of runs) {
    const changed = memory !== undefined && memory.digest !== digest;
    memory = { key: 'k', digest, ...rememberValidators(memory, changed, seen) };
  }
  return memory as ListMemory;
}

describe('rememberValidators', () => {
  it('takes a strong ETag at its word', () => {
    expect(knownValidators(after(['A', { etag: '"1"' }]))).toEqual({ etag: '"1"' });
  });

  it('believes a weak ETag and a Last-Modified once they changed together with the body', () => {
    const weak = (value: string) => ({ etag: `W/"${value}"`, lastModified: value });
    expect(knownValidators(after(['A', weak('1')]))).toEqual({});
    expect(knownValidators(after(['A', weak('1')], ['A', weak('1')]))).toEqual({});
    // It changed, but the body did not: that proves nothing.
    expect(knownValidators(after(['A', weak('1')], ['A', weak('2')]))).toEqual({});
    expect(knownValidators(after(['A', weak('1')], ['B', weak('2')]))).toEqual(weak('2'));
    expect(knownValidators(after(['A', weak('1')], ['B', weak('2')], ['B', weak('2')]))).toEqual(weak('2'));
  });

  it.each([
    ['a weak ETag', { etag: 'W/"1"' }],
    ['a Last-Modified', { lastModified: 'Thu, 01 Jan 1970 00:00:00 GMT' }],
    ['even a strong ETag', { etag: '"1"' }],
  ])('never believes %s again that stayed when the body changed', (_name, same) => {
    const lied = after(['A', same], ['B', same]);
    expect(knownValidators(lied)).toEqual({});
    const later = { etag: '"9"', lastModified: 'Sat, 21 Nov 2026 12:00:00 GMT' };
    const [name] = Object.keys(same) as (keyof Validators)[];
    expect(knownValidators(after(['A', same], ['B', same], ['C', later]))).not.toHaveProperty(name as string);
  });

  it('judges each by itself', () => {
    const seen = (etag: string) => ({ etag, lastModified: 'Thu, 01 Jan 1970 00:00:00 GMT' });
    expect(knownValidators(after(['A', seen('"1"')], ['B', seen('"2"')]))).toEqual({ etag: '"2"' });
  });

  it('forgets those that are not sent any more', () => {
    expect(knownValidators(after(['A', { etag: '"1"' }], ['A', {}]))).toEqual({});
  });
});

describe('knownValidators', () => {
  it('gives none where the body is not known', () => {
    expect(knownValidators({ key: 'k', etag: '"1"' })).toEqual({});
    expect(knownValidators(undefined)).toEqual({});
  });
});

describe('validatorsOf', () => {
  const validators = { etag: '"1"', 'last-modified': 'now' };

  it('reads them where the answer says where it ends', () => {
    const expected = { etag: '"1"', lastModified: 'now' };
    expect(validatorsOf({ ...validators, 'content-length': '5' })).toEqual(expected);
    expect(validatorsOf({ ...validators, 'transfer-encoding': 'chunked' })).toEqual(expected);
  });

  it('takes none of a body that ends with its connection, and no monstrous ones', () => {
    expect(validatorsOf(validators)).toEqual({});
    expect(validatorsOf({ etag: '"'.padEnd(2_000, 'x'), 'content-length': '5' })).toEqual({});
  });
});

describe('memoryOf', () => {
  it('knows its own memory only: address and mappers are in the key', () => {
    const key = listKey('xtream', 'http://h/');
    expect(key).toContain('http://h/');
    expect(key).toContain(String(ROW_MAPPER_VERSION));
    const memory = { key, digest: 'A' };
    expect(memoryOf({ signal: never, memory }, key)).toBe(memory);
    expect(memoryOf({ signal: never, memory }, listKey('xtream', 'http://other/'))).toBeUndefined();
    expect(memoryOf({ signal: never }, key)).toBeUndefined();
  });
});
