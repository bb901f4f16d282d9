// `npm run bench`: builds, then runs the benchmark with the given options.
import { spawnSync } from 'node:child_process';

const built = spawnSync('nx', ['run-many', '-t', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
if (built.status !== 0) process.exit(built.status ?? 1);
const { status } = spawnSync(process.execPath, ['bench/run.mjs', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
