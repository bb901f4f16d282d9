import { SetMetadata, type ExecutionContext, type Type } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { AccessScope } from '@catalogue-sync/contracts/rest';

/** Whom a handler lets in. */
export type AccessRule =
  | { kind: 'scope'; scope: AccessScope }
  | { kind: 'signed-in' }
  | { kind: 'public' }
  | { kind: 'public-on-loopback'; scope: AccessScope };

const ACCESS_RULE = 'gateway:access-rule';

/** Lets in callers that hold the scope. On a controller it counts for every handler without a rule of its own. */
export const RequiresScope = (scope: AccessScope) => setRule({ kind: 'scope', scope });

/** Lets in whoever is known, with any scope. */
export const RequiresLogin = () => setRule({ kind: 'signed-in' });

/** Lets in everybody, with or without a key. `_why` is for whoever reads the controller. */
export const Public = (_why: string) => setRule({ kind: 'public' });

/** Lets in everybody on this machine, and from elsewhere callers that hold the scope. `_why` is for whoever reads the controller. */
export const PublicOnLoopback = (scope: AccessScope, _why: string) =>
  setRule({ kind: 'public-on-loopback', scope });

/** The handler's own rule, or that of its controller; undefined when neither has one. */
export function accessRuleOf(
  reflector: Reflector,
  handler: ReturnType<ExecutionContext['getHandler']>,
  controller: Type,
): AccessRule | undefined {
  return reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [handler, controller]);
}

function setRule(rule: AccessRule): ClassDecorator & MethodDecorator {
  return SetMetadata(ACCESS_RULE, rule);
}
