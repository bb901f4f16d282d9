import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ClientsModule, Transport, type ClientProxy } from '@nestjs/microservices';
import { RequestClient } from '@catalogue-sync/messaging';
import { NatsLink } from './nats-link.js';

const NATS_CLIENT = Symbol('gateway nats client');

/** Requests to the other services over core NATS. */
@Global()
@Module({})
export class ServicesModule {
  static forServer(servers: string, name: string): DynamicModule {
    return {
      module: ServicesModule,
      imports: [
        ClientsModule.register([
          {
            name: NATS_CLIENT,
            transport: Transport.NATS,
            // Without a server a request fails at once, instead of waiting for its time to run out.
            options: { servers: servers.split(','), name, maxReconnectAttempts: -1, reconnectTimeWait: 500 },
          },
        ]),
      ],
      providers: [
        {
          provide: RequestClient,
          inject: [NATS_CLIENT],
          useFactory: (client: ClientProxy) => new RequestClient(client),
        },
        {
          provide: NatsLink,
          inject: [NATS_CLIENT],
          useFactory: (client: ClientProxy) => new NatsLink(client),
        },
      ],
      exports: [RequestClient, NatsLink],
    };
  }
}
