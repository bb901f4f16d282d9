import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ACCESS_SCOPES, type AccessScope } from '@catalogue-sync/contracts/rest';
import type { FastifyRequest } from 'fastify';

/** Who sent a request, as far as that was proved. */
export interface Caller {
  /** What let it in; `admin-key` is the key of the environment. */
  kind: 'session' | 'key' | 'admin-key';
  /** Of the session or the key. */
  id: string;
  /** Of the key that it goes back to. */
  name: string;
  /** The key itself, or the one that a session goes back to. */
  keyId: string;
  scopes: readonly AccessScope[];
  /** The latest end of a session. */
  expiresAt?: string;
}

/** The scopes that a scope holds, itself among them. */
const HELD: Readonly<Record<AccessScope, readonly AccessScope[]>> = {
  admin: ACCESS_SCOPES,
  operate: ['operate', 'read'],
  read: ['read'],
  playback: ['playback'],
};

/** Whether one of `scopes` is the needed one or holds it. */
export function allows(scopes: readonly AccessScope[], needed: AccessScope): boolean {
  return scopes.some((scope) => HELD[scope].includes(needed));
}

const callers = new WeakMap<FastifyRequest, Caller>();

export function rememberCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** Undefined where the handler is public and nobody was asked. */
export function callerOf(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
}

/** The caller, as a parameter of a handler that asks for a scope or a login. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (caller === undefined) throw new Error('a handler that nobody has to sign in for asks who signed in');
  return caller;
});
