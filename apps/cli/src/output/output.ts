import { createLogUpdate } from 'log-update';
import { tableLines } from './table.js';

export interface OutputStreams {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** What a command says: text for a person, or with `--json` the API's answers and nothing else on standard output. */
export class Output {
  private redraw: ReturnType<typeof createLogUpdate> | undefined;

  constructor(
    private readonly streams: OutputStreams,
    readonly json: boolean,
  ) {
    // Who reads us may leave first (`| head`).
    streams.stdout.on('error', () => undefined);
  }

  /** The answer: `value` as JSON, or its lines. */
  answer(value: unknown, lines: () => readonly string[]): void {
    if (this.json) this.write(`${JSON.stringify(value, undefined, 2)}\n`);
    else for (const line of lines()) this.write(`${line}\n`);
  }

  table(
    value: unknown,
    header: readonly string[],
    rows: readonly (readonly (string | number)[])[],
    none: string,
  ): void {
    this.answer(value, () => (rows.length === 0 ? [none] : tableLines(header, rows)));
  }

  /** One of many: a JSON object a line, or a line of text. */
  stream(value: unknown, line: string): void {
    this.write(this.json ? `${JSON.stringify(value)}\n` : `${line}\n`);
  }

  /** On the way, for a person: to standard error, which leaves the answer clean. */
  note(line: string): void {
    if (!this.json) this.streams.stderr.write(`${line}\n`);
  }

  /** A block that is drawn anew in place. Answers false where nothing can be drawn: no terminal, or JSON. */
  draw(render: (columns: number) => readonly string[]): boolean {
    if (this.json || !this.streams.stderr.isTTY) return false;
    this.redraw ??= createLogUpdate(this.streams.stderr, { showCursor: true });
    this.redraw(render(this.streams.stderr.columns).join('\n'));
    return true;
  }

  clearDrawn(): void {
    this.redraw?.clear();
  }

  failure(failure: { code: string; message: string }): void {
    const { code, message } = failure;
    this.streams.stderr.write(
      this.json ? `${JSON.stringify({ error: { code, message } })}\n` : `${message}\n`,
    );
  }

  private write(text: string): void {
    this.streams.stdout.write(text);
  }
}
