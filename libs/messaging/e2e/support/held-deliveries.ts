import type { Msg, NatsConnection } from '@nats-io/transport-node';

/** A connection whose subscriptions can be made to lag: what arrives meanwhile is handed on later, in order. Requests go on as ever. */
export class HeldDeliveries {
  readonly connection: NatsConnection;
  private held: (() => void)[] | undefined;

  constructor(nc: NatsConnection) {
    const subscribe: NatsConnection['subscribe'] = (subject, options = {}) => {
      const { callback } = options;
      if (!callback) return nc.subscribe(subject, options);
      const lagging = (error: Error | null, message: Msg): void => {
        const handOn = (): void => void callback(error, message);
        if (this.held) this.held.push(handOn);
        else handOn();
      };
      return nc.subscribe(subject, { ...options, callback: lagging });
    };
    this.connection = new Proxy(nc, {
      get: (target, key) => {
        if (key === 'subscribe') return subscribe;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  hold(): void {
    this.held ??= [];
  }

  letGo(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const handOn of held) handOn();
  }
}
