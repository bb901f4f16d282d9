import { Catch, Logger, type ArgumentsHost, type RpcExceptionFilter } from '@nestjs/common';
import { CatalogueSyncError, ERROR_CODE, type ErrorBody } from '@catalogue-sync/contracts';
import { throwError, type Observable } from 'rxjs';
import { HandlerFailure } from '../server/handler-failure.js';
import { JetStreamContext, PartitionContext } from '../server/jetstream.context.js';

/**
 * Errors of request handlers travel as `ErrorBody`: a `CatalogueSyncError` as itself, anything else as `internal`, without details, which
 * stand in the log. Errors of JetStream handlers pass whole, to be judged by the source: Nest would hide what they are.
 */
@Catch()
export class RequestErrorFilter implements RpcExceptionFilter {
  private readonly log = new Logger(RequestErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    const context: unknown = host.getArgByIndex(1);
    if (context instanceof JetStreamContext || context instanceof PartitionContext) {
      return throwError(() => new HandlerFailure(error));
    }
    return throwError(() => this.toBody(error));
  }

  private toBody(error: unknown): ErrorBody {
    if (error instanceof CatalogueSyncError) return error.toBody();
    this.log.error(error);
    return { code: ERROR_CODE.internal, message: 'Something went wrong inside: see the log of the service.' };
  }
}
