import { MAX_PAGE_BYTES } from '@catalogue-sync/contracts';
import type { BodySink } from '../http/exchange.js';
import { JsonListScanner } from '../json/json-list-scanner.js';
import type { JsonListReport, KnownRows, ListPlace } from '../json/list-plan.js';
import type { BodyDigest } from './body-digest.js';
import { chunksOfSpool } from './read-spool.js';
import type { SpoolFile } from './spool-file.js';

/** Kept from the start of a body, to see what it is when it is not a list, bytes. */
const HEAD_BYTES = 16_384;
/** Placeholders may be longer than the secrets they replace: room for them in most pages. */
export const SLICE_BYTES = MAX_PAGE_BYTES - 2 - 24_000;

/** How a body is told from the one of the run before. */
export interface BodyGate {
  /** Takes this body in. */
  digest: BodyDigest;
  /** What the digest comes to when nothing changed, if that is known. */
  known?: string | undefined;
  /** What its start comes to then. */
  knownStart?: string | undefined;
  /** Who takes the rows of a body that has changed as they come; asked for once that is known. */
  knownRows?: (() => Promise<KnownRows | undefined>) | undefined;
}

/**
 * Takes a body with a list of rows: looks through it as it arrives, so that by its end it is known whether it closes and where to cut it,
 * and spools it, unless it only counts. Where it may turn out to be a body that was looked through before, it is looked through only when
 * it does not, which its start mostly tells: an unchanged list costs its download and a digest. What is looked through as it arrives is not
 * spooled where somebody takes its rows.
 */
export class JsonListDownload implements BodySink {
  private readonly scanner: JsonListScanner;
  private head: Buffer = Buffer.alloc(0);
  private bytes = 0;
  private finished: JsonListReport | undefined;
  private scanned: boolean;
  /** What has arrived and is still to be looked through, in order. */
  private behind: Promise<void> | undefined;
  /** Who takes the rows, once it is known that the body has changed. */
  private taker: KnownRows | undefined;

  /** @param spool where the body goes, emptied before; undefined to count only */
  constructor(
    places: readonly ListPlace[],
    private readonly spool: SpoolFile | undefined,
    private readonly gate?: BodyGate,
  ) {
    spool?.reset();
    this.scanner = new JsonListScanner(places, SLICE_BYTES, MAX_PAGE_BYTES - 2, spool !== undefined);
    this.scanned = spool === undefined || (gate?.known === undefined && gate?.knownRows === undefined);
  }

  /** The first bytes of the body, as text. */
  get start(): string {
    return this.head.toString('utf8');
  }

  /** Whether `start` is the whole body. */
  get startIsWhole(): boolean {
    return this.bytes <= HEAD_BYTES;
  }

  /** Whether the body has ended as the one that is known; nothing was looked at then. */
  get isUnchanged(): boolean {
    return this.gate?.known !== undefined && this.gate.digest.value === this.gate.known;
  }

  private get startsOtherwise(): boolean {
    const { digest, known, knownStart } = this.gate ?? {};
    if (known === undefined) return true;
    return knownStart !== undefined && digest?.start !== undefined && digest.start !== knownStart;
  }

  get report(): JsonListReport {
    return (this.finished ??= this.scanner.end());
  }

  write(chunk: Buffer): void | Promise<void> {
    if (this.head.length < HEAD_BYTES) {
      this.head = Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES - this.head.length)]);
    }
    this.bytes += chunk.length;
    this.gate?.digest.update(chunk);
    if (this.taker !== undefined && this.behind === undefined) {
      this.scanner.push(chunk);
      return this.taker.room();
    }
    const before = this.spool?.size ?? 0;
    const appended = this.spool?.append(chunk);
    if (!this.scanned) return this.startsOtherwise ? this.lookThrough() : appended;
    if (this.behind !== undefined) return this.catchUp(before, before + chunk.length);
    this.scanner.push(chunk);
    return appended;
  }

  async end(): Promise<void> {
    await this.spool?.flush();
    await this.behind;
    if (!this.isUnchanged) await this.lookThrough();
  }

  /** Makes `report` tell of everything that has arrived, and of what arrives from now on. */
  async lookThrough(): Promise<void> {
    if (this.scanned || this.spool === undefined) return this.behind;
    this.scanned = true;
    this.behind = this.recogniseRows();
    return this.catchUp(0, this.spool.size);
  }

  private async recogniseRows(): Promise<void> {
    this.taker = await this.gate?.knownRows?.();
    if (this.taker !== undefined) this.scanner.recognise(this.taker);
  }

  /** Looks through a part of the spool, after what is being looked through already. */
  private catchUp(from: number, to: number): Promise<void> {
    const { spool, behind } = this;
    if (spool === undefined) return Promise.resolve();
    const scan = async () => {
      await behind;
      await spool.flush();
      for await (const chunk of chunksOfSpool(spool, from, to)) {
        this.scanner.push(chunk);
        await this.taker?.room();
      }
    };
    const caughtUp = scan().finally(() => {
      if (this.behind === caughtUp) this.behind = undefined;
    });
    return (this.behind = caughtUp);
  }

  /** Whether the body is nothing but blanks. */
  get isBlank(): boolean {
    return this.startIsWhole && this.start.trim() === '';
  }
}
