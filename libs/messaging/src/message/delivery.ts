/** What JetStream tells about a delivery in the subject that acknowledgements go to. */
export interface Delivery {
  stream: string;
  consumer: string;
  deliveryCount: number;
  streamSeq: number;
  /** Position among the consumer's deliveries, from 1: a jump means that some were lost on the way. */
  consumerSeq: number;
  /** Messages of the consumer that were not delivered yet. */
  pending: number;
}

/** Reads `$JS.ACK.…`, in the form with a domain (11 tokens or more) or without (9). Throws on anything else. */
export function parseDelivery(reply: string): Delivery {
  const tokens = reply.split('.');
  const at = tokens.length === 9 ? 2 : 4;
  if (tokens[1] !== 'ACK' || tokens.length < at + 7) throw new TypeError('Not a JetStream delivery');
  return {
    stream: tokens[at] ?? '',
    consumer: tokens[at + 1] ?? '',
    deliveryCount: Number(tokens[at + 2]),
    streamSeq: Number(tokens[at + 3]),
    consumerSeq: Number(tokens[at + 4]),
    pending: Number(tokens[at + 6]),
  };
}
