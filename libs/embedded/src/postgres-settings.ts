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
  shared_buffers: '128MB',
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

/** `-c name=value` arguments. */
export function postgresSettings(fsync: boolean): string[] {
  const settings = { ...TUNING, ...(fsync ? {} : WITHOUT_FSYNC) };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
