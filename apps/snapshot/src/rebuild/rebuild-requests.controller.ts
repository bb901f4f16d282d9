import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { REQUEST, type RequestMap } from '@catalogue-sync/contracts';
import { readProviderId } from '../requests/read-provider-id.js';
import { Rebuilds } from './rebuilds.js';

type Start = RequestMap[typeof REQUEST.startRebuild];
type Get = RequestMap[typeof REQUEST.getRebuild];

/** Has a provider's catalogue folded anew, and tells how far that is. */
@Controller()
export class RebuildRequestsController {
  constructor(@Inject(Rebuilds) private readonly rebuilds: Rebuilds) {}

  @MessagePattern(REQUEST.startRebuild, Transport.NATS)
  async start(@Payload() request: Start[0]): Promise<Start[1]> {
    return { rebuild: await this.rebuilds.start(readProviderId(request)) };
  }

  @MessagePattern(REQUEST.getRebuild, Transport.NATS)
  async get(@Payload() request: Get[0]): Promise<Get[1]> {
    const rebuild = await this.rebuilds.read(readProviderId(request));
    return rebuild === undefined ? {} : { rebuild };
  }
}
