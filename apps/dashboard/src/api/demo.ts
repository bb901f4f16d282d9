import { useQuery } from '@tanstack/react-query';

/** A provider of the demo, which does what it is told. */
export interface DemoProvider {
  catalogue: string;
  name: string;
  protocol: 'stalker' | 'xtream' | 'm3u';
  origin: string;
  connection: Record<string, unknown>;
  outage: boolean;
}

/** Empty where the gateway has no demo. */
export function useDemoProviders(): DemoProvider[] {
  const { data } = useQuery({ queryKey: ['demo'], queryFn: readDemo, staleTime: 60_000, retry: false });
  return data ?? [];
}

async function readDemo(): Promise<DemoProvider[]> {
  const answer = await fetch('/api/demo', { headers: { accept: 'application/json' } });
  if (!answer.ok) return [];
  return ((await answer.json()) as { providers: DemoProvider[] }).providers;
}

/** Lets a day pass at the provider. */
export async function makeTomorrow(
  catalogue: string,
): Promise<{ added: number; edited: number; removed: number }> {
  const answer = await fetch(`/api/demo/${catalogue}/tomorrow`, { method: 'POST' });
  if (!answer.ok) throw new Error('The demo provider does not answer.');
  return (await answer.json()) as { added: number; edited: number; removed: number };
}

/** While it has an outage it lists a tenth of its items. */
export async function setOutage(catalogue: string, on: boolean): Promise<void> {
  const answer = await fetch(`/api/demo/${catalogue}/outage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ on }),
  });
  if (!answer.ok) throw new Error('The demo provider does not answer.');
}
