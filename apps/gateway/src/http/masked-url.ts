/** What stands where a text was that may be secret. */
export const MASKED = '…';

/** Scheme, host and port of a URL: its path or query may hold a token. */
export function maskedUrl(url: string): string {
  return `${new URL(url).origin}/${MASKED}`;
}
