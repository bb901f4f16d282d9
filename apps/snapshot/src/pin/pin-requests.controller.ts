import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { CatalogueSyncError, ERROR_CODE, REQUEST, type RequestMap } from '@catalogue-sync/contracts';
import { readProviderId } from '../requests/read-provider-id.js';
import { VersionPin } from './version-pin.js';

type Restore = RequestMap[typeof REQUEST.restoreSnapshot];
type Lift = RequestMap[typeof REQUEST.liftSnapshotPin];

/** Lets an operator have an older version served. */
@Controller()
export class PinRequestsController {
  constructor(@Inject(VersionPin) private readonly pin: VersionPin) {}

  @MessagePattern(REQUEST.restoreSnapshot, Transport.NATS)
  async restore(@Payload() request: Restore[0]): Promise<Restore[1]> {
    const provider = readProviderId(request);
    if (!Number.isInteger(request.version) || request.version < 1 || request.version > 0x7fffffff)
      throw new CatalogueSyncError(ERROR_CODE.invalidRequest, 'Give the number of a kept version.', {
        field: 'version',
      });
    return this.pin.restore(provider, request.version);
  }

  @MessagePattern(REQUEST.liftSnapshotPin, Transport.NATS)
  async lift(@Payload() request: Lift[0]): Promise<Lift[1]> {
    return this.pin.lift(readProviderId(request));
  }
}
