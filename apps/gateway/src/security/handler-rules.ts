import { Injectable, RequestMethod, type OnModuleInit, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { accessRuleOf, type AccessRule } from './requires-scope.js';

/** Where Nest keeps the HTTP method of a handler. */
const METHOD_METADATA = 'method';
const LOOKING = new Set([RequestMethod.GET, RequestMethod.HEAD, RequestMethod.OPTIONS]);

/** Refuses to start with a handler that does not say whom it lets in. */
@Injectable()
export class HandlerRules implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const faults = this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (metatype === null ? [] : this.faultsOf(metatype as Type)));
    if (faults.length > 0) throw new Error(`Not every handler says whom it lets in:\n${faults.join('\n')}`);
  }

  private faultsOf(controller: Type): string[] {
    const prototype = controller.prototype as Record<string, () => unknown>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const method: RequestMethod | undefined =
        handler && this.reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
      if (handler === undefined || method === undefined) return [];
      const place = `  - ${controller.name}.${name}`;
      const rule = accessRuleOf(this.reflector, handler, controller);
      if (rule === undefined)
        return [
          `${place}: put @RequiresScope('read' | 'operate' | 'admin' | 'playback') on it or its controller`,
        ];
      if (LOOKING.has(method) || !isForReaders(rule)) return [];
      return [
        `${place} changes something with the scope "read": put @RequiresScope('operate' | 'admin') on it`,
      ];
    });
  }
}

function isForReaders(rule: AccessRule): boolean {
  return rule.kind === 'scope' && rule.scope === 'read';
}
