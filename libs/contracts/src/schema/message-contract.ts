import { EVENT_TYPE, type EventType } from '../events.js';
import { FACT_TYPE, type FactType } from '../facts.js';
import type { ItemKind } from '../item.js';
import type { ProviderId } from '../ids.js';
import { subjects } from '../streams.js';
import { eventHeaders, factHeaders } from './envelope.schema.js';
import { EVENT_BODY } from './event.schema.js';
import { FACT_BODY } from './fact.schema.js';
import type { Schema } from './json-schema.js';

/** A message as the contract has it. */
export interface MessageContract {
  /** `ItemAdded`. */
  name: string;
  /** `catalogue.item-added.v1`. */
  type: EventType | FactType;
  /** The subject with `{providerId}`, and `{kind}` where it stands under one subject a kind. */
  address: string;
  /** Whether it is part of a provider's gapless log. */
  sequenced: boolean;
  headers: Schema;
  body: Schema;
}

const PROVIDER = '{providerId}' as ProviderId;
const KIND = '{kind}' as ItemKind;

const pascal = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

/** The address of the whole log of a provider: the only subscription on which a gap can be told. */
export const LOG_ADDRESS = subjects.eventsOf(PROVIDER);

/** Every message that the outside may rely on. */
export function messageContracts(): MessageContract[] {
  return [
    ...Object.entries(EVENT_TYPE).map(([key, type]) => ({
      name: pascal(key),
      type,
      address: subjects.event(PROVIDER, type, KIND),
      sequenced: true,
      headers: eventHeaders(type),
      body: EVENT_BODY[type],
    })),
    ...Object.entries(FACT_TYPE).map(([key, type]) => ({
      name: pascal(key),
      type,
      address: subjects.fact(PROVIDER, type),
      sequenced: false,
      headers: factHeaders(type),
      body: FACT_BODY[type],
    })),
  ];
}
