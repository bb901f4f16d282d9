/** A field before and after, as text for people; absent where the item did not have it. */
export interface FieldChange {
  field: string;
  before?: string;
  after?: string;
}

type Item = Readonly<Record<string, unknown>>;

/** Fields that are no reason for an update, and differ all the time. */
const PASSED_OVER = new Set(['extra', 'ratings', 'number']);

/** What differs between two forms of an item, field by field in the order of their names. */
export function fieldChanges(before: Item, after: Item): FieldChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return fields.flatMap((field) => {
    if (PASSED_OVER.has(field)) return [];
    const [was, is] = [textOf(before[field]), textOf(after[field])];
    if (was === is) return [];
    return [
      { field, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) },
    ];
  });
}

/** `categoryIds` to `category ids`. */
export function fieldName(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map((entry) => textOf(entry) ?? '').join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}
