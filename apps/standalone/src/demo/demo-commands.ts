import type { Command, DemoProviderRef } from '../events.js';
import { DEMO_PROVIDERS, type DemoKey } from './demo-catalogue.js';

export interface DemoPlaces {
  api: string;
  simulator: string;
}

/** What to try next. The panel's list tells of every change at once, so it is the one that ages a day. */
export function demoCommands(
  { api, simulator }: DemoPlaces,
  adminKeyFile: string,
  providers: ReadonlyMap<DemoKey, DemoProviderRef>,
): Command[] {
  const provider = providers.get('xtream') ?? providers.get('stalker');
  if (provider === undefined) return [];
  const aged = providers.has('xtream') ? 'xtream' : 'stalker';
  const base = `${api}/api/providers/${provider.id}`;
  const key = `-H "Authorization: Bearer $(cat '${adminKeyFile}')"`;
  const tomorrow = JSON.stringify({ add: 120, edit: 40, remove: 30, move: 10 });
  return [
    { title: 'Fetch the snapshot', line: `curl --compressed -o snapshot.json ${key} ${base}/snapshot` },
    { title: 'Tail the events', line: `curl ${key} "${base}/events?after=0&limit=10"` },
    {
      title: "Make 'tomorrow' happen at the provider, and sync again",
      line:
        `curl -fsS -o /dev/null -X POST ${simulator}/control/catalogues/${DEMO_PROVIDERS[aged].catalogue}/tomorrow ` +
        `-H "content-type: application/json" -d '${tomorrow}' && curl -fsS -X POST ${key} ${base}/sync`,
    },
  ];
}
