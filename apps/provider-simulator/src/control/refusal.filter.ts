import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { CatalogueSyncError } from '@catalogue-sync/contracts';
import type { FastifyReply } from 'fastify';

/** What a catalogue refuses (more changes than it has items) is the caller's mistake: 400. */
@Catch(CatalogueSyncError)
export class RefusalFilter implements ExceptionFilter<CatalogueSyncError> {
  catch(error: CatalogueSyncError, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.code(400).send({ statusCode: 400, ...error.toBody() });
  }
}
