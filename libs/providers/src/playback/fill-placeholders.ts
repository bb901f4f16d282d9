import type { Secret } from '../secrets/secret-replacer.js';

const ANY = /\{(?:username|password|mac|token)\}/;

/**
 * A stored command or URL with the provider's own values where placeholders stand; percent-encoded where it is a URL. Undefined when a placeholder
 * stands for something that is not among the secrets.
 */
export function fillPlaceholders(text: string, secrets: readonly Secret[]): string | undefined {
  const isUrl = text.includes('://');
  let filled = text;
  for (const { placeholder, value } of secrets) {
    if (value === '') continue;
    filled = filled.replaceAll(placeholder, () => (isUrl ? encodeURIComponent(value) : value));
  }
  return ANY.test(filled) ? undefined : filled;
}
