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
  const [stream, consumer, deliveryCount, streamSeq, consumerSeq, , pending] = tokens.slice(at);
  if (tokens[1] !== 'ACK' || pending === undefined) throw new TypeError('Not a JetStream delivery');
  return {
    stream: stream ?? '',
    consumer: consumer ?? '',
    deliveryCount: Number(deliveryCount),
    streamSeq: Number(streamSeq),
    consumerSeq: Number(consumerSeq),
    pending: Number(pending),
  };
}
