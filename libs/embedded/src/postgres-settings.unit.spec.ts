import { describe, expect, it } from '@jest/globals';
import { sharedBuffersMb } from './postgres-settings.js';

const GB = 1024 ** 3;

describe('what Postgres keeps at hand', () => {
  it.each([
    [GB / 2, 128],
    [GB, 128],
    [2 * GB, 256],
    [4 * GB, 512],
    [64 * GB, 512],
  ])('is, of a machine with %d bytes, %d MB', (memory, megabytes) => {
    expect(sharedBuffersMb(memory)).toBe(megabytes);
  });
});
