import { PRESENCE_SUBJECT, type Presence, type PresentService } from '@catalogue-sync/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { connectNats } from '../connection/connect-nats.js';

export interface PresenceOptions {
  /** NATS: one URL, or several separated by commas. */
  url: string;
  service: PresentService;
  replica: string;
}

/** Answers for one replica whenever somebody asks who is there. It takes no handlers: it is a transport so that it starts and ends with the others. */
export class PresenceServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('presence');
  private readonly startedAt = new Date().toISOString();
  private connection?: NatsConnection;

  constructor(private readonly options: PresenceOptions) {
    super();
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.open();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  async close(): Promise<void> {
    await this.connection?.close();
  }

  on(): void {
    // Nothing happens here that anybody could wait for.
  }

  unwrap<T>(): T {
    return this.connection as T;
  }

  private async open(): Promise<void> {
    const { url, service } = this.options;
    this.connection = await connectNats({ url, name: `${service}-presence` });
    this.connection.subscribe(PRESENCE_SUBJECT, {
      callback: (error, message) => {
        if (error === null) message.respond(JSON.stringify(this.presence()));
      },
    });
    await this.connection.flush();
  }

  private presence(): Presence {
    const { service, replica } = this.options;
    return {
      service,
      replica,
      startedAt: this.startedAt,
      pid: process.pid,
      memoryBytes: process.memoryUsage.rss(),
    };
  }
}
