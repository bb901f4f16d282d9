// `npm run rotate-key`: with DATABASE_URL set, what fetcher and notifier have encrypted in that database is put under the newest key of CREDENTIALS_KEY;
// otherwise the data directory of `npm start` gets a new key.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const isOwnServer = Boolean(process.env.DATABASE_URL ?? process.env.DATABASE_URL_FILE);
const apps = isOwnServer ? ['fetcher', 'notifier'] : ['standalone'];

// Where Nx is not installed (`npm ci --omit=dev`), what was built must do.
const nx = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
if (existsSync(nx)) {
  const projects = 'tag:type:lib,@catalogue-sync/fetcher,@catalogue-sync/notifier,@catalogue-sync/standalone';
  const options = {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
  };
  const build = spawnSync(process.execPath, [nx, 'run-many', '-t', 'build', '-p', projects], options);
  if (build.status !== 0) {
    console.error(
      `The build failed:\n${build.stdout ?? ''}${build.stderr ?? ''}${build.error?.message ?? ''}`,
    );
    process.exit(1);
  }
}
for (const app of apps) {
  const command = join(root, 'apps', app, 'dist', 'rotate-key', 'main.js');
  const options = { cwd: root, stdio: 'inherit' };
  const { status } = spawnSync(process.execPath, [command, ...process.argv.slice(2)], options);
  if (status !== 0) process.exit(status ?? 1);
}
