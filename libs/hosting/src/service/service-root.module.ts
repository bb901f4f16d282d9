import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { createLoggerModule, type LogLevel } from '@catalogue-sync/observability';

/** The service's module with the logger beside it. */
@Module({})
export class ServiceRootModule {
  static of(name: string, level: LogLevel, module: Type<unknown> | DynamicModule): DynamicModule {
    return { module: ServiceRootModule, imports: [createLoggerModule(name, level), module] };
  }
}
