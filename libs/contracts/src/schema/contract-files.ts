import { asyncApiDocument } from './async-api.js';
import { referencesOf, resolved, type Schema } from './json-schema.js';
import { messageContracts } from './message-contract.js';

/** Version of the contract as a whole: it rises with every change that a reader can notice. */
const CONTRACT_VERSION = '1.0.0';
const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** A file of the published contract; the path is relative to its folder. */
export interface ContractFile {
  path: string;
  text: string;
}

/**
 * All files: the AsyncAPI document, and for each message a schema of its body (`<type>.json`) and of its headers (`<type>.headers.json`), which
 * need no other file.
 */
export function contractFiles(): ContractFile[] {
  return [
    { path: 'asyncapi.json', text: json(asyncApiDocument(CONTRACT_VERSION)) },
    ...messageContracts().flatMap(({ name, type, headers, body }) => [
      { path: `schemas/${type}.json`, text: json(standAlone(`${type}.json`, name, body)) },
      {
        path: `schemas/${type}.headers.json`,
        text: json(standAlone(`${type}.headers.json`, `Headers of ${name}`, headers)),
      },
    ]),
  ];
}

function standAlone(id: string, title: string, schema: Schema): Schema {
  const named = [...referencesOf(schema).values()];
  const definitions = named.map(({ name, schema: one }) => [name, resolved(one, '#/$defs/')] as const);
  return {
    $schema: DIALECT,
    $id: id,
    title,
    ...resolved(schema, '#/$defs/'),
    ...(definitions.length === 0 ? {} : { $defs: Object.fromEntries(definitions) }),
  };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
