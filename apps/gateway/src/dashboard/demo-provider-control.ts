import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import type { DemoDayDto, DemoProviderDto } from '@catalogue-sync/contracts/rest';

/** Of requests to the control address. */
const TIMEOUT_MS = 20_000;
/** A day at a provider: much that is new, some that changed, a little that went. */
const DAY = { add: 120, edit: 40, remove: 30, move: 10 };
/** Percent of its items that it lists while it has an outage. */
const LISTED_IN_OUTAGE = 10;
const MAX_BODY_BYTES = 5_000_000;

/** What the control address tells of a catalogue; more than this is there. */
interface ControlledCatalogue {
  name: string;
  profile: string;
  account: { username: string; password: string; mac: string };
}

/** A provider made for trying things on, which lets itself be told what to do. Only its control address is known here. */
export class DemoProviderControl {
  constructor(private readonly controlUrl: string) {}

  async providers(): Promise<DemoProviderDto[]> {
    const catalogues = (await this.ask('GET', '')) as ControlledCatalogue[];
    return Promise.all(
      catalogues.map(async ({ name, profile, account }) => {
        const quirks = (await this.ask('GET', `/${name}/quirks`)) as { listed?: { percent?: number } };
        const protocol = profile === 'genuine' ? ('stalker' as const) : ('xtream' as const);
        const base = `${this.controlUrl}/${name}`;
        return {
          catalogue: name,
          name: protocol === 'stalker' ? 'Demo Stalker portal' : 'Demo Xtream panel',
          protocol,
          origin: new URL(this.controlUrl).origin,
          connection:
            protocol === 'stalker'
              ? { protocol, url: `${base}/c/`, mac: account.mac }
              : { protocol, url: base, username: account.username, password: account.password },
          outage: (quirks.listed?.percent ?? 100) < 100,
        };
      }),
    );
  }

  /** Lets a day pass at the provider. */
  async tomorrow(catalogue: string): Promise<DemoDayDto> {
    const { changes } = (await this.ask('POST', `/${catalogue}/tomorrow`, DAY)) as {
      changes: Partial<Record<'added' | 'edited' | 'removed', unknown[]>>;
    };
    const count = (list: unknown) => (Array.isArray(list) ? list.length : 0);
    return { added: count(changes.added), edited: count(changes.edited), removed: count(changes.removed) };
  }

  async outage(catalogue: string, on: boolean): Promise<void> {
    await this.ask('PATCH', `/${catalogue}/quirks`, { listed: on ? { percent: LISTED_IN_OUTAGE } : null });
  }

  private async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(`${this.controlUrl}/control/catalogues${path}`, {
        method,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        redirect: 'error',
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
    } catch (error) {
      throw unavailable(error);
    }
    if (response.status === 404)
      throw new CatalogueSyncError(
        ERROR_CODE.invalidRequest,
        'There is no demo catalogue of this name: see GET /api/demo.',
        { field: 'catalogue' },
      );
    const text = await textOf(response);
    if (!response.ok || text === undefined) throw unavailable(new Error(`answered ${response.status}`));
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }
}

/** Undefined when it is larger than any answer of a demo provider. */
async function textOf(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unavailable(cause: unknown): CatalogueSyncError {
  return new CatalogueSyncError(
    ERROR_CODE.serviceUnavailable,
    'The demo provider does not answer: check that it runs, and try again.',
    { cause },
  );
}
