import type { FastifyRequest } from 'fastify';
import { scopeMissing, signInFirst } from '../access/access-refusal.js';
import type { Authenticator } from '../access/authenticator.js';
import { allows, rememberCaller, type Caller } from '../access/caller.js';
import { addressOf, isFromThisMachine } from './client-address.js';
import type { RequestRates } from './request-rates.js';
import type { AccessRule } from './requires-scope.js';

/** The one place where a request's right to be here is decided. */
export class Admission {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly rates: RequestRates,
  ) {}

  /** Counts the request, and remembers whose it is. Throws `unauthenticated`, `forbidden` and `too-many-requests`. */
  async admit(request: FastifyRequest, rule: AccessRule): Promise<void> {
    const address = addressOf(request);
    const isOpen =
      rule.kind === 'public' || (rule.kind === 'public-on-loopback' && isFromThisMachine(request));
    if (isOpen) {
      this.rates.countUnknown(address);
      return;
    }
    const caller = await this.knownCallerOf(request, address);
    this.rates.countCaller(caller.keyId, address);
    if ('scope' in rule && !allows(caller.scopes, rule.scope)) throw scopeMissing(rule.scope);
    rememberCaller(request, caller);
  }

  /** Throws `unauthenticated`, and `too-many-requests` when the address was refused too often. */
  private async knownCallerOf(request: FastifyRequest, address: string): Promise<Caller> {
    try {
      const caller = await this.authenticator.callerOf(request);
      if (caller !== undefined) return caller;
      throw signInFirst();
    } catch (error) {
      this.rates.countUnknown(address);
      throw error;
    }
  }
}
