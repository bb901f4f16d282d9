import { Body, Controller, Delete, Get, HttpCode, Param, Patch } from '@nestjs/common';
import type { Quirks } from '../../quirks/quirks.js';
import { CatalogueRegistry } from '../../registry/catalogue-registry.js';
import { known } from '../known-provider.js';
import { CatalogueName } from '../parameters.dto.js';
import { plainFields } from '../plain-fields.js';
import { QuirksDto } from './quirks.dto.js';

/** How a catalogue's provider is, while it is so. */
@Controller('control/catalogues/:name/quirks')
export class QuirksController {
  constructor(private readonly registry: CatalogueRegistry) {}

  @Get()
  get(@Param() { name }: CatalogueName): Quirks {
    return known(this.registry, name).quirks.now;
  }

  @Patch()
  set(@Param() { name }: CatalogueName, @Body() body: QuirksDto): Quirks {
    return known(this.registry, name).quirks.set(plainFields(body));
  }

  @Delete()
  @HttpCode(204)
  clear(@Param() { name }: CatalogueName): void {
    known(this.registry, name).quirks.clear();
  }
}
