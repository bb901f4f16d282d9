import { Transport, type NatsOptions as NestNatsOptions } from '@nestjs/microservices';

/**
 * Options for `connectMicroservice`: request/reply over core NATS. Replicas of a service share `queue`, so that one of them answers.
 * Connect it with `connectMessaging` to have the errors travel as `ErrorBody`.
 */
export function natsTransport(url: string, queue: string): NestNatsOptions {
  return {
    transport: Transport.NATS,
    options: {
      servers: url.split(','),
      queue,
      name: `${queue}-requests`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      waitOnFirstConnect: true,
      // Requests under way are answered before the connection closes.
      gracefulShutdown: true,
      gracePeriod: 500,
    },
  };
}

/** The asking side: options for `ClientsModule.register` or `ClientProxyFactory.create`. */
export function natsClient(url: string, name: string): NestNatsOptions {
  return {
    transport: Transport.NATS,
    options: {
      servers: url.split(','),
      name: `${name}-client`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      waitOnFirstConnect: true,
    },
  };
}
