import type { Addresses, Command } from '../events.js';

export interface BannerFields {
  addresses: Addresses;
  login?: string;
  dataDir: string;
  ephemeral: boolean;
  commands: Command[];
}

/** What a person needs once everything is up. */
export function bannerLines({ addresses, login, dataDir, ephemeral, commands }: BannerFields): string[] {
  const kept = ephemeral ? `${dataDir}   (removed at the end)` : dataDir;
  const rows: [string, string][] = [
    ...(login === undefined
      ? []
      : ([['Dashboard', `${login}   (signs in once, within 15 minutes)`]] as [string, string][])),
    ['API', addresses.apis.join('  ')],
    ['API docs', `${addresses.api}/docs`],
    ['NATS', addresses.nats],
    ...(addresses.simulator === undefined
      ? []
      : ([['Simulator', addresses.simulator]] as [string, string][])),
    ['Admin key', addresses.adminKeyFile],
    ['Data', kept],
  ];
  return [
    '',
    'catalogue-sync is up. Ctrl-C stops it.',
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`),
    ...commands.flatMap(({ title, line }) => ['', `  ${title}:`, `    ${line}`]),
    '',
  ];
}
