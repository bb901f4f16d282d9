import { CatalogueSyncError, ERROR_CODE, EVENT_TYPE } from '#contracts';
import type { CatalogueEvent, SequencedEvent } from './catalogue-event.js';

/** What an event is in the version that comes after its own. The place in the log stays. */
export interface Upcast {
  /** Type of the new version: `catalogue.item-added.v2`. */
  type: string;
  data: unknown;
}

/** Makes the next version of an event's body out of an older one. Pure: it may be asked again for the same event. */
export type Upcaster = (data: unknown, event: SequencedEvent) => Upcast;

/** By the type that they read: `{ 'catalogue.item-added.v1': (data) => ({ type: 'catalogue.item-added.v2', data: … }) }`. */
export type Upcasters = Readonly<Record<string, Upcaster>>;

const VERSIONED = /^(.+)\.v(\d+)$/;
/** More steps than this are upcasters that go in a circle. */
const MAX_STEPS = 100;

/** Brings events of older versions to those that the program is written for, step by step, so that it has one shape of each. */
export class Upcasting<E extends SequencedEvent = CatalogueEvent> {
  private readonly known: ReadonlySet<string>;
  private readonly knownNames: ReadonlySet<string>;

  /** `types`: those that the program reads, after upcasting; those of the contract when absent. */
  constructor(
    private readonly upcasters: Upcasters = {},
    types: readonly string[] = Object.values(EVENT_TYPE),
  ) {
    this.known = new Set(types);
    this.knownNames = new Set(types.map(nameOf));
  }

  /**
   * The event as the program reads it; undefined when its type is none of the program's, which then has nothing to do but to count it. Throws
   * `invalid-request` when it is a newer version of one that the program reads: to pass that by would be to lose it.
   */
  read(event: SequencedEvent): E | undefined {
    let current = event;
    for (let step = 0; !this.known.has(current.type); step += 1) {
      const upcaster = this.upcasters[current.type];
      if (upcaster === undefined) {
        if (!this.knownNames.has(nameOf(current.type))) return undefined;
        throw new CatalogueSyncError(
          ERROR_CODE.invalidRequest,
          `Event ${event.seq} is a ${current.type}, a version that this program cannot read. Update the program, or give it an upcaster.`,
        );
      }
      if (step === MAX_STEPS)
        throw new CatalogueSyncError(
          ERROR_CODE.invalidRequest,
          `The upcasters of ${event.type} lead nowhere: end them at a type that the program reads.`,
        );
      current = { ...current, ...upcaster(current.data, current) };
    }
    return current as E;
  }
}

function nameOf(type: string): string {
  return VERSIONED.exec(type)?.[1] ?? type;
}
