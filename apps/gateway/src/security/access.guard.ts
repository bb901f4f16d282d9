import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { scopeMissing, signInFirst } from '../access/access-refusal.js';
import { Authenticator } from '../access/authenticator.js';
import { allows, rememberCaller, type Caller } from '../access/caller.js';
import { addressOf, isFromThisMachine } from './client-address.js';
import { RequestRates } from './request-rates.js';
import { accessRuleOf } from './requires-scope.js';

/** The one place where a request's right to be here is decided; every controller stands behind it, and names its rule. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly rates: RequestRates,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const rule = accessRuleOf(this.reflector, context.getHandler(), context.getClass());
    // The boot check has refused handlers without a rule; if one slips by, nobody gets in.
    if (rule === undefined) return false;
    const address = addressOf(request);
    const isOpen =
      rule.kind === 'public' || (rule.kind === 'public-on-loopback' && isFromThisMachine(request));
    if (isOpen) {
      this.rates.countUnknown(address);
      return true;
    }
    const caller = await this.knownCallerOf(request, address);
    this.rates.countCaller(caller.keyId, address);
    if ('scope' in rule && !allows(caller.scopes, rule.scope)) throw scopeMissing(rule.scope);
    rememberCaller(request, caller);
    return true;
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
