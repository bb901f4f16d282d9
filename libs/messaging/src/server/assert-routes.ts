import type { MessageHandler } from '@nestjs/microservices';
import type { Source } from './source.js';

/** Throws one error that lists every pattern without exactly one source and exactly one handler. */
export function assertRoutes(
  service: string,
  sources: readonly Source[],
  handlers: ReadonlyMap<string, MessageHandler>,
): void {
  const problems: string[] = [];
  const fed = new Map<string, string>();
  for (const source of sources) {
    for (const pattern of source.patterns) {
      const other = fed.get(pattern);
      if (other !== undefined)
        problems.push(`${pattern} is fed by both ${other} and ${source.name}: keep one`);
      fed.set(pattern, source.name);
      const handler = handlers.get(pattern);
      if (!handler) {
        problems.push(
          `${pattern} (source ${source.name}) has no handler: add @EventPattern('${pattern}', JETSTREAM) to a controller of the module`,
        );
      } else if (handler.next) {
        problems.push(`${pattern} has two handlers: remove one, each message is settled once`);
      }
    }
  }
  for (const [pattern, handler] of handlers) {
    // Patterns without a transport are registered on every server: request handlers are none of our business.
    if (handler.isEventHandler && !fed.has(pattern)) {
      problems.push(
        `${pattern} has a handler and no source: add it to a source of ${service}, or remove the handler`,
      );
    }
  }
  if (problems.length > 0) {
    throw new Error(
      `The message routes of ${service} are wrong:\n${problems.map((text) => `  - ${text}`).join('\n')}`,
    );
  }
}
