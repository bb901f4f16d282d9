import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { REMOVAL_STATES, REQUEST, type RequestMap } from '@catalogue-sync/contracts';
import { DecideRemoval } from '../removal/decide-removal.js';
import { HeldRemovals } from '../removal/held-removals.js';
import { readLimit, readOneOf, readProviderId, readText } from './read-request.js';

type Request<P extends keyof RequestMap> = RequestMap[P][0];
type Reply<P extends keyof RequestMap> = Promise<RequestMap[P][1]>;

/** Requests about removals that are held for approval. */
@Controller()
export class RemovalRequestsController {
  constructor(
    @Inject(HeldRemovals) private readonly held: HeldRemovals,
    @Inject(DecideRemoval) private readonly decideRemoval: DecideRemoval,
  ) {}

  @MessagePattern(REQUEST.listRemovals, Transport.NATS)
  async list(@Payload() request: Request<typeof REQUEST.listRemovals>): Reply<typeof REQUEST.listRemovals> {
    const { state, cursor, limit } = request;
    return this.held.list(readProviderId(request.providerId), {
      limit: readLimit(limit),
      ...(state === undefined ? {} : { state: readOneOf(state, REMOVAL_STATES, 'state') }),
      ...(cursor === undefined ? {} : { cursor: readText(cursor, 'cursor') }),
    });
  }

  @MessagePattern(REQUEST.getRemoval, Transport.NATS)
  async get(@Payload() request: Request<typeof REQUEST.getRemoval>): Reply<typeof REQUEST.getRemoval> {
    const { cursor, limit } = request;
    return this.held.get(readProviderId(request.providerId), readText(request.digest, 'digest'), {
      limit: readLimit(limit),
      ...(cursor === undefined ? {} : { cursor: readText(cursor, 'cursor', 400) }),
    });
  }

  @MessagePattern(REQUEST.decideRemoval, Transport.NATS)
  async decide(
    @Payload() request: Request<typeof REQUEST.decideRemoval>,
  ): Reply<typeof REQUEST.decideRemoval> {
    return this.decideRemoval.run({
      providerId: readProviderId(request.providerId),
      digest: readText(request.digest, 'digest'),
      decision: readOneOf(request.decision, ['approve', 'reject'], 'decision'),
      decidedBy: readText(request.decidedBy, 'decidedBy'),
    });
  }
}
