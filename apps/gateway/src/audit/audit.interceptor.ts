import {
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { isProviderId } from '@catalogue-sync/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, mergeMap, type Observable } from 'rxjs';
import { callerOf } from '../access/caller.js';
import { toProblem } from '../problem/to-problem.js';
import { addressOf } from '../security/client-address.js';
import { AuditLogStore, type AskedChange, type ChangeOutcome } from './audit-log.store.js';
import { givenFields } from './given-fields.js';

const LOOKING = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Where the API documentation keeps what a handler is called. */
const OPERATION_METADATA = 'swagger/apiOperation';
const PROVIDER_ROUTES = /^\/api\/providers\/:id(\/|$)/;

/**
 * Writes every change into the log before it is made, and how it ended afterwards. What cannot be logged is not done; an entry without an end
 * says that nobody learned it.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  private readonly log = new Logger('Audit');

  constructor(private readonly auditLog: AuditLogStore) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const change = LOOKING.has(request.method) ? undefined : askedChange(request, context);
    if (change === undefined) return next.handle();
    const entryId = await this.auditLog.begin(change);
    return next.handle().pipe(
      mergeMap(async (answer: unknown) => {
        const reply = context.switchToHttp().getResponse<FastifyReply>();
        await this.end(entryId, outcomeOf(reply, answer, change));
        return answer;
      }),
      catchError(async (error: unknown) => {
        const { status, code } = toProblem(error, { method: '', path: '', requestId: '' }).body;
        await this.end(entryId, { status, code, subject: {} });
        throw error;
      }),
    );
  }

  /** The change is made or refused by now: that its end cannot be written must not turn the answer into another. */
  private async end(entryId: string, outcome: ChangeOutcome): Promise<void> {
    try {
      await this.auditLog.end(entryId, outcome);
    } catch (error) {
      this.log.error({ err: error, entryId, status: outcome.status }, 'the end of a change was not logged');
    }
  }
}

/** Undefined where nobody has to be known: signing in is logged by who does it. */
function askedChange(request: FastifyRequest, context: ExecutionContext): AskedChange | undefined {
  const caller = callerOf(request);
  if (caller === undefined) return undefined;
  const { id, ...others } = request.params as Record<string, string>;
  const isOfProvider = isProviderId(id) && PROVIDER_ROUTES.test(request.routeOptions.url ?? '');
  return {
    caller,
    address: addressOf(request),
    action: actionOf(context),
    ...(isOfProvider ? { providerId: id } : {}),
    subject: isOfProvider || id === undefined ? others : { id, ...others },
    fields: givenFields(request.body),
  };
}

function actionOf(context: ExecutionContext): string {
  const handler = context.getHandler();
  const operation = Reflect.getMetadata(OPERATION_METADATA, handler) as { operationId?: string } | undefined;
  return operation?.operationId ?? `${context.getClass().name}.${handler.name}`;
}

function outcomeOf(reply: FastifyReply, answer: unknown, change: AskedChange): ChangeOutcome {
  const location = reply.getHeader('location');
  const id: unknown = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : undefined;
  const madeProvider = change.action === 'createProvider' && isProviderId(id);
  return {
    status: reply.statusCode,
    ...(madeProvider ? { providerId: id } : {}),
    subject: typeof location === 'string' ? { created: location } : {},
  };
}
