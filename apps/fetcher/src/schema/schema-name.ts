/** The Postgres schema that this service owns and is the only writer of. */
export const FETCHER_SCHEMA = 'fetcher';
