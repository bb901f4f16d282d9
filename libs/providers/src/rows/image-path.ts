import { toText, toTextList } from '@catalogue-sync/catalogue';

/** `false`, 0, "0" and the like are how portals write "no image"; "n/A" and "" are absent texts already. */
const NO_IMAGE = new Set(['0', 'false', 'null', 'none', 'undefined']);

/** An image as the provider names it: a path stays a path, an absolute URL stays whole; undefined where there is none. */
export function imagePath(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = toText(value);
  return text === undefined || NO_IMAGE.has(text) ? undefined : text;
}

/** Several images: an array, one text, or JSON in a text. */
export function imagePaths(value: unknown): string[] | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const paths: string[] = [];
  for (const entry of toTextList(value, { split: false })) {
    const path = imagePath(entry);
    if (path !== undefined) paths.push(path);
  }
  return paths.length === 0 ? undefined : paths;
}
