import { totalmem } from 'node:os';

const MB = 1024 * 1024;

/**
 * For one small machine that also runs all services: batches of 500 to 1000 rows a transaction, bulk first loads, short queries.
 * The npm binaries come without lz4 and zstd, so the WAL is compressed with pglz (full-page images only).
 */
const TUNING: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_connections: '100',
  max_wal_size: '2GB',
  wal_compression: 'pglz',
  // Short queries; compiling them costs more than it brings.
  jit: 'off',
};

/** Nothing survives the machine's end, everything survives the server's. */
const WITHOUT_FSYNC: Record<string, string> = {
  fsync: 'off',
  full_page_writes: 'off',
};

/** Of the machine, or what of it this process may use, bytes. */
const usableMemory = () => Math.min(totalmem(), process.constrainedMemory() || Infinity);

/**
 * An eighth of the machine's memory, 128 to 512 MB: the projection of one provider of 80,000 items takes some 300, and what is not at hand there is
 * copied from the system's cache and summed anew for each read. Pages count only once they are used.
 */
export function sharedBuffersMb(memory = usableMemory()): number {
  return Math.min(512, Math.max(128, Math.floor(memory / 8 / MB)));
}

/** `-c name=value` arguments. */
export function postgresSettings(fsync: boolean): string[] {
  const settings = {
    ...TUNING,
    shared_buffers: `${sharedBuffersMb()}MB`,
    ...(fsync ? {} : WITHOUT_FSYNC),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
