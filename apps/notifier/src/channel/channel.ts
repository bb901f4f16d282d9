/** A message as it goes out. */
export interface OutgoingMessage {
  /** The same on every attempt: receivers drop what they had. */
  id: string;
  /** When this attempt is made, ms since 1970. */
  at: number;
  body: string;
}

/** How an attempt went. */
export type Attempt =
  | { outcome: 'delivered'; status?: number }
  /** May be tried again. */
  | { outcome: 'failed'; status?: number; error: string }
  /** Nothing more is wanted there. */
  | { outcome: 'gone'; status?: number; error: string };

/**
 * A way to people and programs. An implementation makes one attempt within a bounded time and never throws for what the other side does;
 * repeating, logging and giving up are not its job. The same message may come again.
 */
export interface Channel<Address> {
  deliver(address: Address, message: OutgoingMessage): Promise<Attempt>;
}
