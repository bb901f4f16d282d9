import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Admission } from './admission.js';
import { accessRuleOf } from './requires-scope.js';

/** Every controller stands behind it, and names its rule. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly admission: Admission,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = accessRuleOf(this.reflector, context.getHandler(), context.getClass());
    // The boot check has refused handlers without a rule; if one slips by, nobody gets in.
    if (rule === undefined) return false;
    await this.admission.admit(context.switchToHttp().getRequest<FastifyRequest>(), rule);
    return true;
  }
}
