import { Injectable, Logger, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { BaseConfig, runService } from '../../src/index.js';

const log = new Logger('sample');

@Injectable()
class Steps implements OnModuleInit, OnApplicationShutdown {
  onModuleInit(): void {
    log.log('step init');
  }
  async onApplicationShutdown(): Promise<void> {
    if (process.env.HANG === '1') await new Promise(() => undefined);
    log.log('step shutdown hook');
  }
}

@Module({ providers: [Steps] })
class SampleModule {}

class SampleTransport extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    log.log('step transport listens');
    callback();
  }
  close(): void {
    log.log('step transport closes');
  }
  on(): void {}
  unwrap<T>(): T {
    return undefined as T;
  }
}

await runService({
  name: 'sample',
  config: BaseConfig,
  module: {
    create: (config) => {
      if (process.env.FAIL === '1') throw new Error(`no database at ${config.DATABASE_URL}`);
      return SampleModule;
    },
  },
  setup: (app, { health }) => {
    log.log({ msg: 'step setup', password: 'hush', url: 'nats://u:hush@h' });
    health.addCheck('always', () => true);
    app.connectMicroservice({ strategy: new SampleTransport() });
  },
  started: () => ({ answer: 42 }),
  close: () => {
    log.log('step close');
  },
});
