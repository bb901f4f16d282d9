import { MAX_PAGE_BYTES } from '@catalogue-sync/contracts';
import type { BodySink } from '../http/exchange.js';
import { JsonListScanner, type JsonListReport, type ListPlace } from '../json/json-list-scanner.js';
import type { SpoolFile } from './spool-file.js';

/** Kept from the start of a body, to see what it is when it is not a list, bytes. */
const HEAD_BYTES = 16_384;
/** Placeholders may be longer than the secrets they replace: room for them in most pages. */
const SLICE_BYTES = MAX_PAGE_BYTES - 2 - 24_000;

/**
 * Takes a body with a list of rows: looks through it as it arrives, so that by its end it is known whether it closes and where to cut it,
 * and spools it, unless it only counts.
 */
export class JsonListDownload implements BodySink {
  private readonly scanner: JsonListScanner;
  private head: Buffer = Buffer.alloc(0);
  private finished: JsonListReport | undefined;

  /** @param spool where the body goes, emptied before; undefined to count only */
  constructor(
    places: readonly ListPlace[],
    private readonly spool: SpoolFile | undefined,
  ) {
    spool?.reset();
    this.scanner = new JsonListScanner(places, SLICE_BYTES, MAX_PAGE_BYTES - 2);
  }

  /** The first bytes of the body, as text. */
  get start(): string {
    return this.head.toString('utf8');
  }

  /** Whether `start` is the whole body. */
  get startIsWhole(): boolean {
    return this.report.bytes <= HEAD_BYTES;
  }

  get report(): JsonListReport {
    return (this.finished ??= this.scanner.end());
  }

  write(chunk: Buffer): void | Promise<void> {
    if (this.head.length < HEAD_BYTES) {
      this.head = Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES - this.head.length)]);
    }
    this.scanner.push(chunk);
    return this.spool?.append(chunk);
  }

  async end(): Promise<void> {
    await this.spool?.flush();
  }

  /** Whether the body is nothing but blanks. */
  get isBlank(): boolean {
    return this.startIsWhole && this.start.trim() === '';
  }
}
