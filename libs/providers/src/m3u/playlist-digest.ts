import { xxh64Loaded } from '../digest/xxh64.js';
import type { SecretReplacer } from '../secrets/secret-replacer.js';
import { BodyDigest } from '../spool/body-digest.js';
import { LineBlocks } from './line-reader.js';

/**
 * XXH64 of a playlist with its login replaced, hex: a new password alone is no change (PROVIDERS C.5). It is what `playlistPages` comes to
 * by the way; this is for before it is known whether pages are wanted.
 */
export async function digestPlaylist(
  chunks: AsyncIterable<Buffer>,
  secrets: SecretReplacer,
): Promise<string> {
  await xxh64Loaded;
  const digest = new BodyDigest();
  const blocks = new LineBlocks();
  for await (const chunk of chunks) digest.update(secrets.replace(blocks.push(chunk)));
  digest.update(secrets.replace(blocks.end()));
  return digest.value;
}
