/**
 * The ways in which a secret may be written in a JSON body or a playlist: raw, JSON-escaped (with `\/`, and with non-ASCII characters
 * as `\uXXXX`), percent-encoded as browsers, PHP and forms do it, with capital or small hex digits.
 *
 * @param anyCase a MAC address: capital and small letters mean the same
 */
export function spellings(value: string, anyCase: boolean): string[] {
  const found = new Set<string>();
  for (const text of anyCase ? [value, value.toUpperCase(), value.toLowerCase()] : [value]) {
    for (const encoded of [text, ...percentEncodings(text)]) {
      found.add(encoded);
      const escaped = JSON.stringify(encoded).slice(1, -1);
      found.add(escaped);
      found.add(escaped.replaceAll('/', String.raw`\/`));
      found.add(asciiOnly(escaped).replaceAll('/', String.raw`\/`));
    }
  }
  return [...found];
}

function percentEncodings(text: string): string[] {
  if (!text.isWellFormed()) return [];
  const browser = encodeURIComponent(text);
  const php = browser.replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const form = php.replaceAll('%20', '+');
  // Paths often leave these as they are.
  const path = browser.replace(/%(?:40|3A|24|26|2B|2C|3B|3D)/g, decodeURIComponent);
  return [browser, php, form, path].flatMap((encoded) => [
    encoded,
    encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
  ]);
}

/** How PHP writes JSON by default. */
function asciiOnly(text: string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (character) => String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}
