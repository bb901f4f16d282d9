import type { Msg } from '@nats-io/transport-node';

/** What the client's messages carry inside: all bytes behind the protocol line, and how many of them are headers. */
interface MsgInternals {
  _rdata?: unknown;
  _msg?: { hdr?: unknown };
}

/**
 * Reads single headers straight from the block. The client's own `headers` takes the block apart into a checked map, which costs more than
 * everything else a message costs; it stands in where the client's inside is not as known.
 */
export class HeaderReader {
  private readonly block?: string;
  /** Length of the block; 0 where it is not known. */
  readonly bytes: number = 0;

  constructor(private readonly message: Msg) {
    const { _rdata: bytes, _msg: about } = message as unknown as MsgInternals;
    const length = about?.hdr;
    if (bytes instanceof Uint8Array && typeof length === 'number' && length >= 0 && length <= bytes.length) {
      this.bytes = length;
      this.block = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('utf8');
    }
  }

  /** The first value of the name, which must be spelled as it was sent; undefined when absent or empty. */
  get(name: string): string | undefined {
    if (this.block === undefined) return this.message.headers?.get(name) || undefined;
    const at = this.block.indexOf(`\r\n${name}:`);
    if (at < 0) return undefined;
    const from = at + name.length + 3;
    const to = this.block.indexOf('\r\n', from);
    return this.block.slice(from, to < 0 ? undefined : to).trim() || undefined;
  }
}
