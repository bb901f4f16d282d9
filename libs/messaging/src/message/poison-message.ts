import { RpcException } from '@nestjs/microservices';

/** Throw from a handler: this message can never succeed. It goes to the dead letters with the reason, and the work goes on behind it. */
export class PoisonMessage extends RpcException {
  constructor(readonly reason: string) {
    super({ poison: true, message: reason });
  }
}
