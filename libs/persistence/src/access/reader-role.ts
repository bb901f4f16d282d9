import { assertIdentifier } from '../orm/identifier.js';

/** The role that serves documents: it may read named views and nothing else. */
export const READER_ROLE = 'catalogue_reader';

/**
 * Statements for a migration that let the reader role select from `views` of `schema`. The role is made when it is missing; roles belong to
 * the whole server, so another service may be making it at the same moment. It gets no password here: deployments set one.
 */
export function grantReaderSql(schema: string, views: readonly string[]): string[] {
  const owner = assertIdentifier(schema);
  return [
    `do $$ begin
       if not exists (select from pg_roles where rolname = '${READER_ROLE}') then
         create role ${READER_ROLE} login;
       end if;
     exception when duplicate_object or unique_violation then null;
     end $$`,
    `grant usage on schema ${owner} to ${READER_ROLE}`,
    ...views.map((view) => `grant select on ${owner}.${assertIdentifier(view)} to ${READER_ROLE}`),
  ];
}
