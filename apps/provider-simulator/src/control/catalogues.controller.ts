import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  StreamableFile,
} from '@nestjs/common';
import type { CatalogueChanges } from '../catalogue/tomorrow.js';
import { CatalogueRegistry } from '../registry/catalogue-registry.js';
import { inChunks } from '../server/answer.js';
import { viewOf, type CatalogueView } from './catalogue-view.js';
import { CatalogueDto } from './catalogue.dto.js';
import { expectedIds } from './expected-ids.js';
import { CatalogueName, ExpectedQuery } from './parameters.dto.js';
import { known } from './known-provider.js';
import { plainFields } from './plain-fields.js';
import { TomorrowDto } from './tomorrow.dto.js';

/** Makes catalogues, lets their days pass, and tells what is in them. */
@Controller('control/catalogues')
export class CataloguesController {
  constructor(private readonly registry: CatalogueRegistry) {}

  @Get()
  list(@Headers('host') host: string): CatalogueView[] {
    return this.registry.all().map(({ catalogue }) => viewOf(catalogue, `http://${host}`));
  }

  @Put(':name')
  put(
    @Param() { name }: CatalogueName,
    @Body() body: CatalogueDto,
    @Headers('host') host: string,
  ): CatalogueView {
    return viewOf(this.registry.put(Object.assign(plainFields(body), { name })).catalogue, `http://${host}`);
  }

  @Get(':name')
  get(@Param() { name }: CatalogueName, @Headers('host') host: string): CatalogueView {
    return viewOf(known(this.registry, name).catalogue, `http://${host}`);
  }

  @Delete(':name')
  @HttpCode(204)
  delete(@Param() { name }: CatalogueName): void {
    known(this.registry, name);
    this.registry.remove(name);
  }

  @Post(':name/tomorrow')
  @HttpCode(200)
  tomorrow(
    @Param() { name }: CatalogueName,
    @Body() body: TomorrowDto,
  ): { version: number; changes: CatalogueChanges } {
    const provider = known(this.registry, name);
    const changes = this.registry.tomorrow(provider, plainFields(body));
    return { version: provider.catalogue.version, changes };
  }

  @Get(':name/expected')
  expected(@Param() { name }: CatalogueName, @Query() { kind }: ExpectedQuery): StreamableFile {
    const { catalogue } = known(this.registry, name);
    const lines = expectedIds(catalogue, kind === undefined ? undefined : [kind]);
    return new StreamableFile(Readable.from(inChunks(lines), { objectMode: false }), {
      type: 'text/plain; charset=utf-8',
    });
  }
}
