import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { LivenessDto, ReadinessDto } from '@catalogue-sync/contracts/rest';
import type { FastifyReply } from 'fastify';
import { Public } from '../security/requires-scope.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Public('probes have no key; the answer holds the state of the parts and nothing else')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @ApiOperation({ operationId: 'getLiveness', summary: 'The process answers' })
  @ApiOkResponse({ type: LivenessDto })
  live(): LivenessDto {
    return { status: 'up' };
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Database, NATS and the services behind the gateway',
  })
  @ApiOkResponse({ type: ReadinessDto, description: 'Ready; degraded when a service does not answer.' })
  @ApiServiceUnavailableResponse({ type: ReadinessDto, description: 'The database or NATS does not answer.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessDto> {
    const readiness = await this.readiness.check();
    void reply.status(readiness.status === 'down' ? 503 : 200);
    return readiness;
  }
}
