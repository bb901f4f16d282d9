import type { Reporter, StandaloneEvent } from '../events.js';

/** One JSON object a line. */
export class JsonReporter implements Reporter {
  constructor(private readonly write: (text: string) => void) {}

  report(event: StandaloneEvent): void {
    this.write(`${JSON.stringify(event)}\n`);
  }
}
