import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import type { LedgerReport } from '../ledger/ledger.js';
import { CatalogueRegistry } from '../registry/catalogue-registry.js';
import { known } from './known-provider.js';
import { CatalogueName } from './parameters.dto.js';

/** What clients did. */
@Controller('control/catalogues/:name/ledger')
export class LedgerController {
  constructor(private readonly registry: CatalogueRegistry) {}

  @Get()
  get(@Param() { name }: CatalogueName): LedgerReport {
    return known(this.registry, name).ledger.report();
  }

  @Delete()
  @HttpCode(204)
  reset(@Param() { name }: CatalogueName): void {
    known(this.registry, name).ledger.reset();
  }
}
