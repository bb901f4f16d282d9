import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { REQUEST } from '@catalogue-sync/contracts';
import type { RequestMap } from '@catalogue-sync/contracts';
import { ProviderDeletion } from '../deletion/provider-deletion.js';
import { ConnectionTester } from '../provider/connection-tester.js';
import { ProviderCommands } from '../provider/provider-commands.js';
import { readNewProvider, readProviderChange, readProviderId } from '../provider/provider-input.js';
import { readLimit } from './read-input.js';

type Request<P extends keyof RequestMap> = RequestMap[P][0];
type Reply<P extends keyof RequestMap> = Promise<RequestMap[P][1]>;

/** Requests about providers. No answer carries anything of a connection but its origin. */
@Controller()
export class ProvidersController {
  constructor(
    @Inject(ProviderCommands) private readonly providers: ProviderCommands,
    @Inject(ConnectionTester) private readonly tester: ConnectionTester,
    @Inject(ProviderDeletion) private readonly deletion: ProviderDeletion,
  ) {}

  @MessagePattern(REQUEST.createProvider, Transport.NATS)
  async create(
    @Payload() request: Request<typeof REQUEST.createProvider>,
  ): Reply<typeof REQUEST.createProvider> {
    return this.providers.create(readNewProvider(request));
  }

  @MessagePattern(REQUEST.listProviders, Transport.NATS)
  async list(@Payload() request: Request<typeof REQUEST.listProviders>): Reply<typeof REQUEST.listProviders> {
    return this.providers.list(String(request.cursor ?? ''), readLimit(request.limit));
  }

  @MessagePattern(REQUEST.getProvider, Transport.NATS)
  async get(@Payload() request: Request<typeof REQUEST.getProvider>): Reply<typeof REQUEST.getProvider> {
    return this.providers.get(readProviderId(request));
  }

  @MessagePattern(REQUEST.updateProvider, Transport.NATS)
  async update(
    @Payload() request: Request<typeof REQUEST.updateProvider>,
  ): Reply<typeof REQUEST.updateProvider> {
    return this.providers.update(readProviderId(request), readProviderChange(request));
  }

  @MessagePattern(REQUEST.deleteProvider, Transport.NATS)
  async delete(
    @Payload() request: Request<typeof REQUEST.deleteProvider>,
  ): Reply<typeof REQUEST.deleteProvider> {
    const providerId = readProviderId(request);
    await this.deletion.begin(providerId);
    return { providerId, state: 'deleting' };
  }

  @MessagePattern(REQUEST.resetProvider, Transport.NATS)
  async reset(
    @Payload() request: Request<typeof REQUEST.resetProvider>,
  ): Reply<typeof REQUEST.resetProvider> {
    return this.providers.reset(readProviderId(request));
  }

  @MessagePattern(REQUEST.testProvider, Transport.NATS)
  async test(@Payload() request: Request<typeof REQUEST.testProvider>): Reply<typeof REQUEST.testProvider> {
    return this.tester.test(request);
  }
}
