/** A JSON Schema, in the keywords that drafts 7 and 2020-12 share: AsyncAPI reads the one, the files of their own are the other. */
export type Schema = Readonly<Record<string, unknown>>;

declare const optional: unique symbol;
/** The schema of a field that may be left out. */
export interface OptionalField {
  readonly [optional]: true;
  readonly schema: Schema;
}

/** A schema for each field of T, no more and no fewer; that a field may be left out must be said where T says so, and nowhere else. */
export type Fields<T> = {
  [K in keyof T]-?: undefined extends T[K] ? OptionalField : Schema & { readonly schema?: never };
};

/** A schema with a name of its own, which others refer to. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: Schema;
}

const REF = Symbol('refers to');
const isRef = (schema: Schema): schema is Schema & { [REF]: NamedSchema } => REF in schema;

/** Says that a field may be left out. */
export function maybe(schema: Schema): OptionalField {
  return { schema } as OptionalField;
}

/** An object with the fields of T. Fields beside them are allowed: later versions of a producer may tell more. */
export function objectOf<T>(description: string, fields: Fields<T>): Schema {
  const all = Object.entries<Schema | OptionalField>(fields);
  return {
    type: 'object',
    description,
    properties: Object.fromEntries(
      all.map(([name, field]) => [name, isOptional(field) ? field.schema : field]),
    ),
    required: all.filter(([, field]) => !isOptional(field)).map(([name]) => name),
  };
}

function isOptional(field: Schema | OptionalField): field is OptionalField {
  return 'schema' in field;
}

export const text = (description: string, rules: Schema = {}): Schema => ({
  type: 'string',
  description,
  ...rules,
});
export const moment = (description: string): Schema => text(description, { format: 'date-time' });
export const number = (description: string, rules: Schema = {}): Schema => ({
  type: 'number',
  description,
  ...rules,
});
export const count = (description: string, rules: Schema = {}): Schema => ({
  type: 'integer',
  description,
  minimum: 0,
  ...rules,
});
export const flag = (description: string): Schema => ({ type: 'boolean', description });
export const oneOf = (values: readonly string[], description: string): Schema => ({
  type: 'string',
  enum: [...values],
  description,
});
export const listOf = (items: Schema, description: string): Schema => ({ type: 'array', items, description });
export const named = (name: string, schema: Schema): NamedSchema => ({ name, schema });
export const ref = (to: NamedSchema): Schema => ({ [REF]: to }) as unknown as Schema;

/** The named schemas that a schema refers to, directly and through others. */
export function referencesOf(schema: Schema): Map<string, NamedSchema> {
  const found = new Map<string, NamedSchema>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isRef(value as Schema)) {
      const to = (value as { [REF]: NamedSchema })[REF];
      if (found.has(to.name)) return;
      found.set(to.name, to);
      visit(to.schema);
    } else for (const part of Object.values(value)) visit(part);
  };
  visit(schema);
  return found;
}

/** The schema as plain JSON, with its references pointing below `place`: `#/$defs/`. */
export function resolved(schema: Schema, place: string): Schema {
  const plain = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(plain);
    if (isRef(value as Schema)) return { $ref: `${place}${(value as { [REF]: NamedSchema })[REF].name}` };
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
  };
  return plain(schema) as Schema;
}
