/** Ids are branded strings, so that one kind of id cannot be passed for another. */
type Brand<Name extends string> = string & { readonly __brand: Name };

/** A provider's id: `p` followed by lower-case letters and digits; safe as a NATS subject token. Never used again after deletion. */
export type ProviderId = Brand<'ProviderId'>;
/** A sync job's id: a UUID version 7, so that ids sort by creation. */
export type JobId = Brand<'JobId'>;
/** An item's id within its provider: `<kind>:<external id>`, the same over syncs, restarts, removals and returns. */
export type ItemId = Brand<'ItemId'>;

const PROVIDER_ID = /^p[a-z0-9]{1,39}$/;

/** Whether `value` has the shape of a provider id. */
export function isProviderId(value: unknown): value is ProviderId {
  return typeof value === 'string' && PROVIDER_ID.test(value);
}

/** Brands a string that is known to be a provider id. Throws a TypeError on any other shape. */
export function providerId(value: string): ProviderId {
  if (!isProviderId(value)) throw new TypeError(`Not a provider id: ${JSON.stringify(value.slice(0, 60))}`);
  return value;
}
