import type { Reflector } from '@nestjs/core';
import { isProviderId, type ProviderId } from '@catalogue-sync/contracts';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assertAccepts } from '../security/accept.guard.js';
import type { Admission } from '../security/admission.js';
import { accessRuleOf, type AccessRule } from '../security/requires-scope.js';
import { SnapshotsController } from './snapshots.controller.js';
import type { WholeDocumentAnswers } from './whole-document-answers.js';

const ROUTE = '/api/providers/:id/snapshot';

/**
 * Answers who polls for the served version ahead of Nest's pipeline, which costs more than the answer: by the rule of the controller's handler, the same
 * admission, and the same answers. Anything else than a plain GET of a possible provider goes on to the controller, which also tells what is wrong with it.
 */
export class SnapshotPolls {
  private readonly rule: AccessRule;

  constructor(
    reflector: Reflector,
    private readonly admission: Admission,
    private readonly answers: WholeDocumentAnswers,
  ) {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- read for its metadata, never called
    const rule = accessRuleOf(reflector, SnapshotsController.prototype.document, SnapshotsController);
    if (rule === undefined) throw new Error('the snapshot route does not say whom it lets in');
    this.rule = rule;
  }

  /** The server does not start when the controller has no such route. */
  putBefore(app: NestFastifyApplication): void {
    const adapter = app.getHttpAdapter() as FastifyAdapter;
    const fastify = app.getHttpAdapter().getInstance();
    // The first of all hooks: those of Nest, and its middleware, come later.
    adapter.setOnRequestHook((request, reply, done) => {
      const provider = polledProvider(request);
      if (provider === undefined) done();
      else this.answer(request, reply, provider).catch((error: unknown) => reply.send(error));
    });
    fastify.addHook('onReady', (done) => {
      done(
        fastify.hasRoute({ url: ROUTE, method: 'GET' })
          ? undefined
          : new Error(`there is no route GET ${ROUTE}`),
      );
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, provider: ProviderId): Promise<void> {
    await this.admission.admit(request, this.rule);
    assertAccepts(request, 'application/json');
    const file = await this.answers.answer(request, reply, provider);
    if (file === undefined) return void reply.send();
    const { type, length } = file.getHeaders();
    void reply.headers({ 'content-type': type, 'content-length': length }).send(file.getStream());
  }
}

function polledProvider({ method, url, routeOptions, params }: FastifyRequest): ProviderId | undefined {
  if (routeOptions.url !== ROUTE || method !== 'GET' || url.includes('?')) return undefined;
  const { id } = params as { id?: string };
  return isProviderId(id) ? id : undefined;
}
