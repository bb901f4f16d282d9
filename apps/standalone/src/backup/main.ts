import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeBackup } from './make-backup.js';
import { restoreBackup } from './restore-backup.js';

// `node backup/main.js backup|restore --data-dir <folder> --file <file>`: the command line calls it, and reads one JSON object.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'data-dir': { type: 'string' }, file: { type: 'string' } },
});
const { 'data-dir': dataDir, file } = values;
const [what] = positionals;

if ((what !== 'backup' && what !== 'restore') || dataDir === undefined || file === undefined) {
  process.stderr.write('Usage: backup|restore --data-dir <folder> --file <file>\n');
  process.exit(2);
}
// Told to stop, it leaves nothing half-done behind.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
try {
  const [folder, path] = [resolve(dataDir), resolve(file)];
  const done =
    what === 'backup'
      ? await makeBackup(folder, path, stop.signal)
      : await restoreBackup(path, folder, stop.signal);
  process.stdout.write(`${JSON.stringify(done)}\n`);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${stop.signal.aborted ? `The ${what} was broken off.` : message}\n`);
  process.exitCode = 1;
}
