import { startNats } from '@catalogue-sync/testing';
import { spawnSync } from 'node:child_process';
const s = await startNats();
for (const file of process.argv.slice(2)) spawnSync(process.execPath, ['--conditions=@catalogue-sync/source', '--import', '/work/main/libs/hosting/e2e/support/run-source.mjs', file, s.url], { stdio: 'inherit' });
await s.stop();
