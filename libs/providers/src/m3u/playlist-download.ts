import { ERROR_CODE } from '@catalogue-sync/contracts';
import type { BodySink } from '../http/exchange.js';
import { badAnswer, RequestFailure } from '../http/request-failure.js';
import type { Validators } from '../http/validators.js';
import { BodyDigest } from '../spool/body-digest.js';
import type { SpoolFile } from '../spool/spool-file.js';

const HEAD_BYTES = 4_096;
const PLAYLIST_SIGN = /#EXTM3U|#EXTINF|^[A-Za-z][A-Za-z0-9+.-]*:\/\/\S/im;

/** Takes a playlist's body; fails when it is none. */
export class PlaylistDownload implements BodySink {
  /** Of the body as it came. */
  readonly digest = new BodyDigest();
  private head: Buffer = Buffer.alloc(0);

  /** @param validators that came with the body */
  constructor(
    private readonly spool: SpoolFile,
    readonly validators: Validators,
  ) {
    spool.reset();
  }

  write(chunk: Buffer): void | Promise<void> {
    if (this.head.length < HEAD_BYTES) {
      this.head = Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES - this.head.length)]);
    }
    this.digest.update(chunk);
    return this.spool.append(chunk);
  }

  async end(): Promise<void> {
    await this.spool.flush();
    // UTF-16 becomes readable enough without its zeros; so does what is still compressed stay unreadable.
    const start = this.head.toString('latin1').replaceAll('\0', '');
    if (start.trim() === '') throw badAnswer('The playlist came empty.');
    if (PLAYLIST_SIGN.test(start) || (this.head[0] === 0x1f && this.head[1] === 0x8b)) return;
    throw new RequestFailure(
      ERROR_CODE.providerRefused,
      'A web page or a text came in the place of a playlist: check the URL and the account, or set another userAgent.',
    );
  }
}
