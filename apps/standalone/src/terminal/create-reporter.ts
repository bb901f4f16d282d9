import type { WriteStream } from 'node:tty';
import { createLogUpdate } from 'log-update';
import type { Reporter } from '../events.js';
import { JsonReporter } from './json-reporter.js';
import { TextReporter, type TextScreen } from './text-reporter.js';

/** Text that is drawn in place on a terminal, plain lines elsewhere, JSON lines when asked for. */
export function createReporter(json: boolean, stream: NodeJS.WriteStream | WriteStream): Reporter {
  // Who reads us may leave first (`| head`); that is no reason to stop serving.
  stream.on('error', () => undefined);
  if (json) return new JsonReporter((text) => stream.write(text));
  return new TextReporter(
    stream.isTTY ? terminal(stream) : { line: (text) => stream.write(`${text}\n`), columns: () => 120 },
  );
}

function terminal(stream: NodeJS.WriteStream): TextScreen {
  const update = createLogUpdate(stream, { showCursor: true });
  let block = '';
  return {
    columns: () => stream.columns,
    redraw: (text) => {
      block = text;
      if (text === '') update.clear();
      else update(text);
    },
    // Above the block: clear it, write, draw it again.
    line: (text) => {
      if (block !== '') update.clear();
      stream.write(`${text}\n`);
      if (block !== '') update(block);
    },
  };
}
