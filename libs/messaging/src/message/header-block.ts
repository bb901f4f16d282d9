import type { MsgHdrs } from '@nats-io/transport-node';
import { HEADER } from '@catalogue-sync/contracts';
import { encodeHeaderText } from './header-text.js';
import type { OutboundMessage } from './outbound-message.js';

/** Says where a message comes from, as CloudEvents asks: the path of the provider. */
const SOURCE_PREFIX = '/catalogue-sync/providers/';

/** A NATS header block that is built as text once: `MsgHdrs` checks and copies each pair, which shows at 100,000 messages a second. */
export type HeaderBlock = string & { readonly __brand: 'HeaderBlock' };

/** The CloudEvents headers of a message; `dedupe: false` leaves out the id by which JetStream drops repeats. */
export function envelopeHeaders(message: OutboundMessage, dedupe = true): HeaderBlock {
  let block = 'NATS/1.0\r\n';
  const id = encodeHeaderText(message.messageId);
  if (dedupe) block += `${HEADER.messageId}: ${id}\r\n`;
  block += `${HEADER.id}: ${id}\r\n${HEADER.type}: ${message.type}\r\n`;
  block += `${HEADER.source}: ${SOURCE_PREFIX}${message.providerId}\r\n${HEADER.specVersion}: 1.0\r\n`;
  block += `${HEADER.time}: ${message.time ?? new Date().toISOString()}\r\n`;
  if (message.itemSubject !== undefined) {
    block += `${HEADER.subject}: ${encodeHeaderText(message.itemSubject)}\r\n`;
  }
  if (message.seq !== undefined) block += `${HEADER.seq}: ${message.seq}\r\n`;
  if (message.jobId !== undefined) block += `${HEADER.jobId}: ${message.jobId}\r\n`;
  if (message.reason !== undefined) block += `${HEADER.reason}: ${encodeHeaderText(message.reason)}\r\n`;
  return message.headers ? withHeaders(block as HeaderBlock, message.headers) : (block as HeaderBlock);
}

/** The block with more headers behind. Throws a TypeError on a line break in a name or value. */
function withHeaders(block: HeaderBlock, headers: Record<string, string>): HeaderBlock {
  let text: string = block;
  for (const [name, value] of Object.entries(headers)) {
    if (/[\r\n:]/.test(name) || /[\r\n]/.test(value)) {
      throw new TypeError(`Not a header: ${JSON.stringify(name.slice(0, 60))}`);
    }
    text += `${name}: ${value}\r\n`;
  }
  return text as HeaderBlock;
}

/** What the NATS client takes as headers: it calls `encode` and nothing else when it publishes. */
export function asNatsHeaders(block: HeaderBlock): MsgHdrs {
  const encodable: Pick<EncodableHeaders, 'encode'> = { encode: () => Buffer.from(`${block}\r\n`) };
  return encodable as unknown as MsgHdrs;
}

interface EncodableHeaders extends MsgHdrs {
  encode(): Uint8Array;
}
