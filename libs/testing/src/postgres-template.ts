import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@catalogue-sync/embedded';

const CLUSTER_CODE = join(import.meta.dirname, '../../embedded/src/postgres-cluster.ts');
const PACKAGES = join(import.meta.dirname, '../../../package-lock.json');

/**
 * Fills a folder with a fresh PostgreSQL cluster. It is a copy of one that is made once: initdb takes longer than most tests. A change of what makes
 * clusters, or of any package, makes a new one.
 */
export async function copyFreshCluster(folder: string): Promise<void> {
  const key = createHash('sha256')
    .update(readFileSync(CLUSTER_CODE))
    .update(readFileSync(PACKAGES))
    .digest('hex');
  const account = process.getuid?.() ?? 'us';
  const template = join(tmpdir(), `catalogue-sync-postgres-template-${account}-${key.slice(0, 16)}`);
  if (!existsSync(template)) await makeTemplate(template);
  // The temporary folder is everybody's: what another account put there is not run.
  if (process.getuid !== undefined && statSync(template).uid !== process.getuid()) return;
  cpSync(template, folder, { recursive: true });
}

async function makeTemplate(template: string): Promise<void> {
  const draft = mkdtempSync(`${template}-`);
  const server = await new EmbeddedPostgres({ dataDir: draft, fsync: false }).start();
  await server.stop();
  try {
    renameSync(draft, template);
  } catch {
    // Another worker was quicker.
    rmSync(draft, { recursive: true, force: true });
  }
}
