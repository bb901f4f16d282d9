/**
 * The condition that `column` is one of the texts in a `text[]` parameter, for rows that are looked up by their key. The list comes by way of a query
 * of its own: were it to see the list, the planner would rather read all rows of a provider that came after the last ANALYZE, which it takes for
 * few, than look up each key; and looking at thousands of keys takes it longer than finding their rows.
 */
export function isOneOf(column: string, parameter: string): string {
  return `${column} = any((select ${parameter}::text[])::text[])`;
}
