import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { metrics } from '@catalogue-sync/observability';
import { Produces } from '../security/accept.guard.js';
import { PublicOnLoopback } from '../security/requires-scope.js';

@ApiTags('health')
@PublicOnLoopback(
  'read',
  'a scraper on this machine has no key; from elsewhere the numbers tell of providers and their sizes',
)
@Controller('metrics')
export class MetricsController {
  @Get()
  @Produces('text/plain')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ operationId: 'getMetrics', summary: 'Metrics in the text form of Prometheus' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  read(): Promise<string> {
    return metrics.registry.metrics();
  }
}
