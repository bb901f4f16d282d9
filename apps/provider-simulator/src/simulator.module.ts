import { Module, ValidationPipe, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { CataloguesController } from './control/catalogues.controller.js';
import { FaultsController } from './control/faults.controller.js';
import { LedgerController } from './control/ledger.controller.js';
import { QuirksController } from './control/quirks/quirks.controller.js';
import { RefusalFilter } from './control/refusal.filter.js';
import { CatalogueRegistry } from './registry/catalogue-registry.js';

@Module({})
export class SimulatorModule {
  static for(registry: CatalogueRegistry): DynamicModule {
    return {
      module: SimulatorModule,
      controllers: [CataloguesController, FaultsController, QuirksController, LedgerController],
      providers: [
        { provide: CatalogueRegistry, useValue: registry },
        { provide: APP_FILTER, useClass: RefusalFilter },
        {
          provide: APP_PIPE,
          useValue: new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }),
        },
      ],
    };
  }
}
