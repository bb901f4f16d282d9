import type { QuirkPatch, Quirks } from './quirks.js';

/** The quirks of one catalogue's provider. Not kept over restarts, like faults. */
export class QuirkBook {
  #now: Readonly<Quirks> = {};

  /** `changed` is told of every new state, before a request sees it. */
  constructor(
    private readonly changed: (now: Readonly<Quirks>, before: Readonly<Quirks>) => void = () => undefined,
  ) {}

  get now(): Readonly<Quirks> {
    return this.#now;
  }

  /** Sets the groups that are named, each as a whole; the others stay. */
  set(patch: QuirkPatch): Readonly<Quirks> {
    const given = Object.entries({ ...this.#now, ...patch }).filter(([, value]) => value != null);
    return this.#change(Object.fromEntries(given) as Quirks);
  }

  clear(): void {
    this.#change({});
  }

  #change(next: Quirks): Readonly<Quirks> {
    const before = this.#now;
    this.#now = next;
    this.changed(next, before);
    return next;
  }
}
