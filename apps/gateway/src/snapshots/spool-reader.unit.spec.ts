import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { SpoolReader } from './spool-reader.js';

const PIECE_BYTES = 128 * 1024;
const content = Buffer.from(Uint32Array.from({ length: 250_000 }, (_unused, index) => index).buffer);

/** Gives `content`, and notes what it was asked for. */
class Source {
  readonly positions: number[] = [];
  released = 0;
  start = Buffer.alloc(0);
  failsAt = Infinity;

  async readInto(target: Buffer, position: number): Promise<number> {
    this.positions.push(position);
    await setImmediate();
    if (position >= this.failsAt) throw new Error('disk gone');
    return content.copy(target, 0, position);
  }

  reader(): SpoolReader {
    return new SpoolReader(this, () => this.released++);
  }
}

/** Looks at a piece only when it is done with it: a piece that was overwritten before would show. */
class Slow extends Writable {
  readonly pieces: Buffer[] = [];
  /** Pieces that are waited for; the others are taken at once. */
  held: (() => void)[] | undefined;

  constructor() {
    super({ highWaterMark: 10 * PIECE_BYTES });
  }

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    const take = () => {
      this.pieces.push(Buffer.from(piece));
      done();
    };
    if (this.held === undefined) void setImmediate().then(setImmediate).then(take);
    else this.held.push(take);
  }
}

describe('SpoolReader', () => {
  it('gives the same, piped and read', async () => {
    const [started, piped, read] = [new Source(), new Source(), new Source()];
    started.start = content.subarray(0, 1_000);
    for (const source of [started, piped]) {
      const destination = new Slow();
      await pipeline(source.reader(), destination);
      expect(Buffer.concat(destination.pieces).equals(content)).toBe(true);
    }
    expect([started.positions[0], piped.positions[0]]).toEqual([1_000, 0]);
    expect((await buffer(read.reader())).equals(content)).toBe(true);
    expect([started, piped, read].map(({ released }) => released)).toEqual([1, 1, 1]);
  });

  it('reads one piece ahead of a destination that takes nothing, however much that would hold', async () => {
    const source = new Source();
    const destination = new Slow();
    destination.held = [];
    const reader = source.reader();
    reader.pipe(destination);
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    expect(source.positions).toEqual([0, PIECE_BYTES]);
    destination.held.shift()?.();
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    expect(source.positions).toEqual([0, PIECE_BYTES, 2 * PIECE_BYTES]);
    reader.destroy();
  });

  it('ends with the failure of what it reads', async () => {
    const source = new Source();
    source.failsAt = 2 * PIECE_BYTES;
    await expect(pipeline(source.reader(), new Slow())).rejects.toThrow('disk gone');
    expect(source.released).toBe(1);
  });

  it('stops when its destination is gone', async () => {
    const source = new Source();
    const destination = new Slow();
    destination.held = [];
    const piping = pipeline(source.reader(), destination);
    await setImmediate();
    destination.destroy(new Error('hung up'));
    await expect(piping).rejects.toThrow('hung up');
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    expect(source.positions.length).toBeLessThanOrEqual(2);
    expect(source.released).toBe(1);
  });
});
