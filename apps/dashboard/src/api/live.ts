import type { LivePatchDto, LiveProviderDto, LiveStateDto } from '@catalogue-sync/api-client';
import { useSyncExternalStore } from 'react';
import { readSession } from './session.js';
import { goToSignIn } from './sign-in-redirect.js';

/** What this tab knows of all providers. */
export interface Live {
  /** Whether frames arrive; `connecting` before the first one. */
  connection: 'connecting' | 'live' | 'lost';
  /** By id; undefined until the first frame. */
  providers: ReadonlyMap<string, LiveProviderDto> | undefined;
}

const RETRY_MS = 1_500;

let live: Live = { connection: 'connecting', providers: undefined };
let revision = -1;
let source: EventSource | undefined;
const listeners = new Set<() => void>();

function set(next: Partial<Live>): void {
  live = { ...live, ...next };
  for (const listener of listeners) listener();
}

/** The first frame of every connection is the whole state: nothing is missed, whatever happened in between. */
function takeState(state: LiveStateDto): void {
  revision = state.revision;
  set({ connection: 'live', providers: new Map(state.providers.map((entry) => [entry.provider.id, entry])) });
}

function takePatch(patch: LivePatchDto): void {
  if (patch.from !== revision) {
    connect();
    return;
  }
  revision = patch.revision;
  const providers = new Map(live.providers);
  for (const entry of patch.providers) providers.set(entry.provider.id, entry);
  for (const id of patch.removed) providers.delete(id);
  set({ connection: 'live', providers });
}

function connect(): void {
  source?.close();
  const opened = new EventSource('/api/stream');
  source = opened;
  opened.addEventListener('state', (event) => takeState(JSON.parse(event.data as string) as LiveStateDto));
  opened.addEventListener('patch', (event) => takePatch(JSON.parse(event.data as string) as LivePatchDto));
  opened.addEventListener('error', () => {
    if (source !== opened) return;
    set({ connection: live.providers === undefined ? 'connecting' : 'lost' });
    // After a refusal the browser does not come again by itself.
    if (opened.readyState === EventSource.CLOSED) void comeAgain(opened);
  });
}

async function comeAgain(refused: EventSource): Promise<void> {
  const session = await readSession().catch(() => 'no answer' as const);
  if (session === undefined) {
    goToSignIn();
    return;
  }
  if (session === 'no answer') set({ connection: 'lost' });
  setTimeout(() => {
    if (source === refused && listeners.size > 0) connect();
  }, RETRY_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (source === undefined) connect();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    source?.close();
    source = undefined;
  };
}

/** One stream a tab, however many components look. */
export function useLive(): Live {
  return useSyncExternalStore(subscribe, () => live);
}

/** Undefined while unknown. */
export function useLiveProvider(id: string): LiveProviderDto | undefined {
  return useLive().providers?.get(id);
}
