/** Schema, view and role names go into SQL text, so only plain lower-case identifiers are taken. */
export function assertIdentifier(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
    throw new TypeError(`Not a plain SQL identifier: ${JSON.stringify(name.slice(0, 80))}`);
  }
  return name;
}
