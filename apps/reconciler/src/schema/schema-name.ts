/** The Postgres schema that this service owns and alone writes. */
export const RECONCILER_SCHEMA = 'catalogue';
