import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DemoDayDto, DemoDto, DemoOutageBody, DemoParams } from '@catalogue-sync/contracts/rest';
import { RequiresScope } from '../security/requires-scope.js';
import { DemoProviderControl } from './demo-provider-control.js';

/** There only when DEMO_CONTROL_URL is set, and so no part of the published API. */
@ApiExcludeController()
@RequiresScope('operate')
@Controller('api/demo')
export class DemoController {
  constructor(private readonly control: DemoProviderControl) {}

  @Get()
  async list(): Promise<DemoDto> {
    return { providers: await this.control.providers() };
  }

  @Post(':catalogue/tomorrow')
  @HttpCode(200)
  tomorrow(@Param() { catalogue }: DemoParams): Promise<DemoDayDto> {
    return this.control.tomorrow(catalogue);
  }

  @Post(':catalogue/outage')
  @HttpCode(204)
  outage(@Param() { catalogue }: DemoParams, @Body() { on }: DemoOutageBody): Promise<void> {
    return this.control.outage(catalogue, on);
  }
}
