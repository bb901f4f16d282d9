import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { PROBLEM_MEDIA_TYPE } from '@catalogue-sync/contracts/rest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from '../http/request-path.js';
import type { AllowedMethods } from '../http/allowed-methods.js';
import { ProblemError } from './problem-error.js';
import { toProblem } from './to-problem.js';

/** Turns everything that is thrown into a problem answer (RFC 9457), and logs what is our own fault. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  constructor(private readonly allowedMethods: AllowedMethods) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const place = { method: request.method, path: pathOf(request.url), requestId: String(request.id) };
    const { body, headers } = toProblem(this.withMethods(thrown, request), place);
    if (body.status === 500) this.log.error({ err: thrown, requestId: place.requestId }, 'request failed');
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    for (const name of ['etag', 'content-length', 'content-encoding', 'location']) reply.removeHeader(name);
    void reply
      .code(body.status)
      .headers(headers)
      .header('cache-control', 'no-store')
      .header('content-type', PROBLEM_MEDIA_TYPE)
      // As bytes: to a text Fastify would add a charset, which this media type does not have.
      .send(Buffer.from(JSON.stringify(body)));
  }

  /** A path that exists for other methods answers 405 rather than 404. */
  private withMethods(thrown: unknown, request: FastifyRequest): unknown {
    if (!(thrown instanceof HttpException) || thrown.getStatus() !== 404) return thrown;
    const methods = this.allowedMethods.of(pathOf(request.url));
    if (methods.length === 0) return thrown;
    return new ProblemError(
      'method-not-allowed',
      `${pathOf(request.url)} takes ${methods.join(', ')}, not ${request.method}.`,
      { headers: { allow: methods.join(', ') } },
    );
  }
}
