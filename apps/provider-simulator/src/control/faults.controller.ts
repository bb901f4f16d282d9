import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { FaultRequest, FaultRule } from '../faults/fault-rule.js';
import { CatalogueRegistry } from '../registry/catalogue-registry.js';
import { FaultDto } from './fault.dto.js';
import { known } from './known-provider.js';
import { plainFields } from './plain-fields.js';
import { CatalogueName } from './parameters.dto.js';

/** Switches faults of a catalogue's provider on and off. */
@Controller('control/catalogues/:name/faults')
export class FaultsController {
  constructor(private readonly registry: CatalogueRegistry) {}

  @Post()
  add(@Param() { name }: CatalogueName, @Body() body: FaultDto): FaultRule {
    // The body's validation made sure that the effect has what its type needs.
    return known(this.registry, name).faults.add(plainFields(body) as FaultRequest);
  }

  @Get()
  list(@Param() { name }: CatalogueName): readonly FaultRule[] {
    return known(this.registry, name).faults.list();
  }

  @Delete()
  @HttpCode(204)
  clear(@Param() { name }: CatalogueName): void {
    known(this.registry, name).faults.clear();
  }
}
