/**
 * Version of the row mappers. What a run left behind for the next one names it, so that a mapper that reads more, or otherwise, meets every
 * row once more. Raise it with every change of what a row becomes.
 */
export const ROW_MAPPER_VERSION = 1;
