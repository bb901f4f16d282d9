import type { SequencedEvent } from './catalogue-event.js';
import type { EventSource } from './event-source.js';
import { GatewayError, UnreachableError } from './gateway-error.js';

/** Characters of one message at most. */
const MAX_MESSAGE = 16_777_216;

/** Events by the gateway's own stream of server-sent events: no NATS is needed, and it leaves no gap. */
export function sseEvents(): EventSource {
  return {
    close: () => Promise.resolve(),
    async *open({ gateway, after, signal }) {
      const response = await gateway.get(`/events/stream?after=${after}`, 'text/event-stream', signal);
      const messages = new SseMessages();
      const chunks = (response.body as ReadableStream<Uint8Array>).getReader();
      try {
        for (;;) {
          const { done, value } = await chunks.read().catch((error: unknown) => {
            signal.throwIfAborted();
            throw new UnreachableError('The event stream broke off.', { cause: error });
          });
          if (done) return;
          const events = messages.read(value).map(parse);
          if (events.length > 0) yield events;
        }
      } finally {
        await chunks.cancel().catch(() => undefined);
      }
    },
  };
}

function parse(text: string): SequencedEvent {
  try {
    const event = JSON.parse(text) as SequencedEvent;
    if (Number.isSafeInteger(event.seq) && typeof event.type === 'string') return event;
  } catch {
    // Told below.
  }
  throw new GatewayError('unusable-answer', 'A message of the event stream is no event.');
}

/** Tells the messages of a stream of server-sent events apart (HTML standard, 9.2.6); of their fields only `data` matters here. */
export class SseMessages {
  private readonly decoder = new TextDecoder();
  private rest = '';
  private data: string[] = [];

  /** The data of the messages that end in this chunk. */
  read(chunk: Uint8Array): string[] {
    const text = this.rest + this.decoder.decode(chunk, { stream: true });
    // A line break at the end may be the first half of one of two characters.
    const lines = text.split(/\r\n|\n|\r(?=[^])/);
    this.rest = lines.pop() ?? '';
    if (this.rest.length > MAX_MESSAGE)
      throw new GatewayError('unusable-answer', 'A message of the event stream is too large.');
    return lines.flatMap((line) => this.readLine(line));
  }

  private readLine(line: string): string[] {
    if (line === '') {
      const message = this.data.join('\n');
      this.data = [];
      return message === '' ? [] : [message];
    }
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') this.data.push(value);
    return [];
  }
}
