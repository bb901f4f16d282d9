import { Controller, Module, type DynamicModule, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  JETSTREAM,
  JetStreamServer,
  RequestErrorFilter,
  type InboundMessage,
  type JetStreamContext,
  type PartitionContext,
  type Source,
} from '../../src/index.js';

export const BATCH_PATTERN = 'test.batch';

type BatchHandler = (messages: InboundMessage[], context: PartitionContext) => unknown;
type EventHandler = (message: InboundMessage, context: JetStreamContext) => unknown;

/** A controller with a handler of batches. */
export function batchController(handle: BatchHandler, pattern = BATCH_PATTERN): Type<unknown> {
  @Controller()
  class TestBatchController {
    @EventPattern<string>(pattern, JETSTREAM)
    onBatch(@Payload() messages: InboundMessage[], @Ctx() context: PartitionContext): unknown {
      return handle(messages, context);
    }
  }
  return TestBatchController;
}

/** A controller with a handler of single messages of a type. */
export function eventController(type: string, handle: EventHandler): Type<unknown> {
  @Controller()
  class TestEventController {
    @EventPattern<string>(type, JETSTREAM)
    onEvent(@Payload() message: InboundMessage, @Ctx() context: JetStreamContext): unknown {
      return handle(message, context);
    }
  }
  return TestEventController;
}

@Module({})
class ReplicaModule {}

/** One replica of a service, as Nest runs it. Rejects when it refuses to boot. */
export async function startReplica(
  connection: NatsConnection,
  sources: Source[],
  controllers: Type<unknown>[],
): Promise<INestMicroservice> {
  const module: DynamicModule = { module: ReplicaModule, controllers };
  const app = await NestFactory.createMicroservice(module, {
    strategy: new JetStreamServer({ connection, service: 'test', sources }),
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new RequestErrorFilter());
  try {
    await app.listen();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}
