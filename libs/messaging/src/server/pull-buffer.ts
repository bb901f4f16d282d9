import {
  createInbox,
  nanos,
  type Msg,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import { ReceivedMessage } from '../message/received-message.js';

export interface PullLimits {
  /** Messages held at most: waiting here, or handed out and not released. */
  maxMessages: number;
  /** Bytes of them; the last pull may exceed it by one message. */
  maxBytes: number;
}

export interface PullTarget {
  stream: string;
  consumer: string;
}

interface PullRequest {
  id: number;
  messagesLeft: number;
  bytesLeft: number;
}

const EXPIRES_MS = 20_000;
const HEARTBEAT_MS = 1_500;
const CHECK_EVERY_MS = 1_000;
/** Room for one message of the largest size that servers take, with its headers. */
const MIN_PULL_BYTES = 1_200_000;
/** What subject, headers and bookkeeping of a message come to, about. */
const OVERHEAD_BYTES = 512;
const RETRY_AFTER_MS = 250;

/**
 * Pulls a consumer's messages ahead of their use, within bounds of count AND bytes, one request at a time. The client library's own
 * `consume` bounds one or the other, and pages are up to 500 kB where job messages are 300 bytes.
 */
export class PullBuffer {
  private readonly waiting: ReceivedMessage[] = [];
  private heldMessages = 0;
  private heldBytes = 0;
  private request?: PullRequest;
  private requests = 0;
  private lastSignOfLife = 0;
  private misses = 0;
  /** The last thing that came was a message, and the server has more of them. */
  private moreWaits = false;
  private subscription?: Subscription;
  private checker?: NodeJS.Timeout;
  private inbox = '';
  private stopped = false;
  private lost = false;

  /**
   * `onChange` is called when there is something to take, or the consumer is gone. `accept` answers false when deliveries before this one
   * were lost.
   */
  constructor(
    private readonly nc: NatsConnection,
    private readonly target: PullTarget,
    private readonly limits: PullLimits,
    private readonly onChange: () => void,
    private readonly accept: (message: ReceivedMessage) => boolean = () => true,
  ) {}

  /** The consumer, its stream or JetStream itself is gone, or deliveries were lost: open a new one. */
  get isLost(): boolean {
    return this.lost;
  }
  get size(): number {
    return this.waiting.length;
  }

  start(): this {
    this.inbox = createInbox();
    this.subscription = this.nc.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => (error ? this.lose() : this.receive(message)),
    });
    this.checker = setInterval(() => this.check(), CHECK_EVERY_MS);
    this.pull();
    return this;
  }

  /** The oldest message that waits. It counts as held until `release`. */
  take(): ReceivedMessage | undefined {
    return this.waiting.shift();
  }
  peek(): ReceivedMessage | undefined {
    return this.waiting[0];
  }
  /** Messages that wait here. */
  peekAll(): readonly ReceivedMessage[] {
    return this.waiting;
  }

  /** These messages are through: their room may be filled again. */
  release(messages: readonly ReceivedMessage[]): void {
    for (const message of messages) {
      this.heldMessages -= 1;
      this.heldBytes -= sizeOf(message.raw);
    }
    this.pull();
  }

  /** No more messages arrive, and those that wait are dropped, unacknowledged. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    clearInterval(this.checker);
    this.subscription?.unsubscribe();
    this.waiting.length = 0;
    this.onChange();
  }

  /** Reports a gap in the deliveries, or any other reason to begin again. */
  lose(): void {
    if (this.lost) return;
    this.lost = true;
    this.stop();
  }

  private receive(message: Msg): void {
    this.lastSignOfLife = Date.now();
    this.misses = 0;
    this.moreWaits = false;
    const isStatus = message.subject.startsWith(this.inbox);
    if (isStatus) return this.receiveStatus(message);
    if (this.stopped) return;
    const received = new ReceivedMessage(message);
    if (!this.accept(received)) return this.lose();
    const size = sizeOf(message);
    this.moreWaits = received.delivery.pending > 0;
    this.heldMessages += 1;
    this.heldBytes += size;
    this.waiting.push(received);
    if (this.request) {
      this.request.messagesLeft -= 1;
      this.request.bytesLeft -= wireSizeOf(message, received);
      // The server ends a request without a word when its count, or exactly its bytes, are used up.
      if (this.request.messagesLeft <= 0 || this.request.bytesLeft <= 0) this.request = undefined;
    }
    this.pull();
    this.onChange();
  }

  private receiveStatus(message: Msg): void {
    const code = message.headers?.code ?? 0;
    const description = message.headers?.description?.toLowerCase() ?? '';
    if (code === 100) return;
    if (message.subject !== `${this.inbox}.${this.request?.id}`) return;
    this.request = undefined;
    if (code === 503 || code === 400 || description.includes('deleted')) return this.lose();
    // 404, 408 and "exceeds max bytes" end a request that was served; the other 409s (a leader that changes) want a moment.
    const served =
      code !== 409 || description.includes('maxbytes') || description.includes('batch completed');
    if (served) this.pull();
    else setTimeout(() => this.pull(), RETRY_AFTER_MS);
  }

  private pull(): void {
    if (this.stopped || this.request) return;
    const messages = this.limits.maxMessages - this.heldMessages;
    const bytes = this.limits.maxBytes - this.heldBytes;
    const worthIt = messages >= Math.max(1, this.limits.maxMessages / 4) || this.heldMessages === 0;
    if (!worthIt || (bytes < MIN_PULL_BYTES && this.heldMessages > 0)) return;
    this.request = {
      id: ++this.requests,
      messagesLeft: messages,
      bytesLeft: Math.max(bytes, MIN_PULL_BYTES),
    };
    this.lastSignOfLife = Date.now();
    const { stream, consumer } = this.target;
    this.nc.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
      JSON.stringify({
        batch: messages,
        max_bytes: this.request.bytesLeft,
        expires: nanos(EXPIRES_MS),
        idle_heartbeat: nanos(HEARTBEAT_MS),
      }),
      { reply: `${this.inbox}.${this.request.id}` },
    );
  }

  /**
   * A request that the server forgot (it restarted, or lost the connection) is made again; twice in vain, and the consumer is gone. A server
   * that has more messages and sends none has ended the request, and is asked at once.
   */
  private check(): void {
    const patience = this.moreWaits ? CHECK_EVERY_MS / 2 : 2 * HEARTBEAT_MS;
    if (!this.request || Date.now() - this.lastSignOfLife < patience) return;
    this.moreWaits = false;
    this.misses += 1;
    if (this.misses > 2) return this.lose();
    this.request = undefined;
    this.pull();
  }
}

/** Bytes as the server counts them against a request's `max_bytes`. */
function wireSizeOf(message: Msg, { headerBytes }: ReceivedMessage): number {
  return message.subject.length + (message.reply?.length ?? 0) + headerBytes + message.data.length;
}

function sizeOf(message: Msg): number {
  return message.data.length + OVERHEAD_BYTES;
}
