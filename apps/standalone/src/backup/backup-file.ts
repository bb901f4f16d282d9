/** What the first entry of a backup says of it. */
export interface BackupManifest {
  /** Of this file format. */
  format: 1;
  /** ISO 8601. */
  createdAt: string;
  /** The files of a cluster fit only the system that they were made on. */
  platform: string;
  arch: string;
  /** Major version of PostgreSQL. */
  postgresMajor: number;
  /** Providers that were kept, to be found again after the restoration. */
  providers: number;
}

/** The files of the data directory stand below this folder of the archive; all else is the database's cluster. */
export const OWN_FOLDER = 'catalogue-sync/';
export const MANIFEST_NAME = `${OWN_FOLDER}backup.json`;

/** The backup cannot be made or used; the message says why and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** Throws BackupError when it cannot be restored on this machine. */
export function checkManifest(text: string, postgresMajor: number): BackupManifest {
  let manifest: BackupManifest;
  try {
    manifest = JSON.parse(text) as BackupManifest;
  } catch {
    throw new BackupError('The backup is damaged: what it says of itself cannot be read.');
  }
  if (manifest.format !== 1)
    throw new BackupError(
      `The backup has format ${String(manifest.format)}, and this version reads 1: restore it with the version that made it.`,
    );
  if (manifest.platform !== process.platform || manifest.arch !== process.arch)
    throw new BackupError(
      `The backup is of ${manifest.platform}/${manifest.arch}, and this machine is ${process.platform}/${process.arch}: restore it on a machine like the one that made it.`,
    );
  if (manifest.postgresMajor !== postgresMajor)
    throw new BackupError(
      `The backup is of PostgreSQL ${manifest.postgresMajor}, and this version brings ${postgresMajor}: restore it with the version that made it.`,
    );
  return manifest;
}
