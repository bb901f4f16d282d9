import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PRESENT_SERVICES } from '@catalogue-sync/contracts';
import { SystemDto, type ServiceDto } from '@catalogue-sync/contracts/rest';
import { listPresences } from '@catalogue-sync/messaging';
import { ApiProblems } from '../openapi/problem-answers.js';
import { RequiresScope } from '../security/requires-scope.js';
import { NatsLink } from '../services/nats-link.js';
import { readStreamStates } from './stream-states.js';

/** Who is there, and how far behind. */
@ApiTags('system')
@ApiProblems({ 503: 'NATS does not answer: see Retry-After.' })
@RequiresScope('read')
@Controller('api/system')
export class SystemController {
  constructor(private readonly nats: NatsLink) {}

  @Get()
  @ApiOperation({
    operationId: 'getSystem',
    summary: 'Services with their replicas, streams with their consumers and how far these are behind',
  })
  @ApiOkResponse({ type: SystemDto })
  async read(): Promise<SystemDto> {
    const connection = await this.nats.connection();
    const [presences, streams] = await Promise.all([listPresences(connection), readStreamStates(connection)]);
    const services = PRESENT_SERVICES.map((name): ServiceDto => {
      const replicas = presences
        .filter(({ service }) => service === name)
        .map(({ replica, startedAt, pid, memoryBytes }) => ({ name: replica, startedAt, pid, memoryBytes }));
      return { name, replicas };
    });
    return { services, streams };
  }
}
