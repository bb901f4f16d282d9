import pg from 'pg';

/** A text as an SQL literal, for the few statements that take no parameters, such as COPY. */
export function literal(text: string): string {
  return pg.escapeLiteral(text);
}
