import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { REQUEST, type RequestMap } from '@catalogue-sync/contracts';
import { DeadLetterList, readDeadLetterId } from '../dead-letter/dead-letters.js';
import { ReplayPage } from '../dead-letter/replay-page.js';
import { readLimit, readProviderId, readText } from './read-request.js';

type Request<P extends keyof RequestMap> = RequestMap[P][0];
type Reply<P extends keyof RequestMap> = Promise<RequestMap[P][1]>;

/** Requests about messages that could not be handled. */
@Controller()
export class DeadLetterRequestsController {
  constructor(
    @Inject(DeadLetterList) private readonly deadLetters: DeadLetterList,
    @Inject(ReplayPage) private readonly replayPage: ReplayPage,
  ) {}

  @MessagePattern(REQUEST.listDeadLetters, Transport.NATS)
  async list(
    @Payload() request: Request<typeof REQUEST.listDeadLetters>,
  ): Reply<typeof REQUEST.listDeadLetters> {
    const { cursor, limit } = request;
    return this.deadLetters.list(readProviderId(request.providerId), {
      limit: readLimit(limit),
      ...(cursor === undefined ? {} : { cursor }),
    });
  }

  @MessagePattern(REQUEST.replayDeadLetter, Transport.NATS)
  async replay(
    @Payload() request: Request<typeof REQUEST.replayDeadLetter>,
  ): Reply<typeof REQUEST.replayDeadLetter> {
    return this.replayPage.run(
      readProviderId(request.providerId),
      readDeadLetterId(request.id),
      readText(request.trigger, 'trigger'),
    );
  }
}
