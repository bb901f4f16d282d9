/** The Postgres schema that this service owns and is the only writer of. */
export const NOTIFIER_SCHEMA = 'notifier';
