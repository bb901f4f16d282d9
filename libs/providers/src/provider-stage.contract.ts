import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import {
  DEFAULT_PROVIDER_SETTINGS,
  KNOWN_ITEMS,
  type CatalogueItem,
  type ItemKind,
  type ProviderConnection,
  type ProviderSettings,
  type Scope,
} from '@catalogue-sync/contracts';
import { LOOPBACK } from './http/loopback.fixture.js';
import { createProviderClient } from './create-provider-client.js';
import type {
  FetchedPage,
  FetchScopeOptions,
  ProviderClient,
  ProviderClientDeps,
  ScopeEnd,
  ScopeMemory,
} from './port.js';
import { mapRow } from './rows/map-row.js';
import { parseRows } from './rows/parse-rows.js';
import { SimulatorProcess, type SimulatedCatalogue } from './simulator-process.fixture.js';

/** What the contract needs to know of an implementation. */
export interface ContractSubject {
  /** How the simulator makes the catalogue. */
  catalogue: { profile: 'genuine' | 'panel' };
  connection(catalogue: SimulatedCatalogue): ProviderConnection;
  /** What `open` promises, and the kinds that each scope lists. */
  scopes: Partial<Record<Scope, ItemKind[]>>;
  /** A long scope, and the action that asks for its items. */
  longScope: Scope;
  longAction: string;
}

export const never = new AbortController().signal;
const ACCOUNT = { username: 'ann@home', password: 'p&ss #1', mac: '00:1A:79:0A:0B:0C' };
/** The secrets in every spelling that a provider of the simulator uses. */
export const SECRETS = /ann@home|ann%40home|p&ss|p%26ss|00:1A:79:0A|00%3A1A%3A79/i;

export interface FetchedScope {
  pages: FetchedPage[];
  end: ScopeEnd;
  items: Map<string, CatalogueItem>;
  categories: Set<string>;
  rejected: string[];
}

/** A client on a catalogue of the simulator, new for each test of the file that makes the stage. */
export class ProviderStage {
  readonly scopes: Scope[];
  simulator!: SimulatorProcess;
  catalogue!: SimulatedCatalogue;
  client!: ProviderClient;
  private spoolDir!: string;

  constructor(
    /** Of the catalogue at the simulator. */
    readonly name: string,
    private readonly subject: ContractSubject,
  ) {
    this.scopes = Object.keys(subject.scopes) as Scope[];
    beforeAll(async () => {
      this.simulator = await SimulatorProcess.start();
    });
    afterAll(() => this.simulator.stop());
    beforeEach(() => this.open());
    afterEach(async () => {
      await this.client.close();
      // Fails when anything is left in it.
      await rmdir(this.spoolDir);
    });
  }

  makeClient(
    settings: Partial<ProviderSettings> = {},
    deps: Partial<ProviderClientDeps> = {},
  ): ProviderClient {
    const connection = this.subject.connection(this.catalogue);
    return createProviderClient(
      connection,
      {
        ...DEFAULT_PROVIDER_SETTINGS[connection.protocol],
        requestsPerSecond: 10_000,
        parallelRequests: 4,
        idleTimeoutMs: 1_000,
        ...settings,
      },
      {
        spoolDir: this.spoolDir,
        allowedPrivateHosts: LOOPBACK,
        retry: { baseMs: 2, laterBaseMs: 2 },
        ...deps,
      },
    );
  }

  /** Spoils the next answers with items of the long scope. */
  fault(effect: { type: string; [option: string]: unknown }, times = 1) {
    return this.simulator.fault(this.name, { match: { action: this.subject.longAction }, times, effect });
  }

  private async open(): Promise<void> {
    this.spoolDir = await mkdtemp(path.join(tmpdir(), 'spool-'));
    this.catalogue = await this.simulator.create(this.name, {
      seed: 7,
      account: ACCOUNT,
      movies: 700,
      series: 90,
      channels: 120,
      vodCategories: 9,
      liveCategories: 5,
      ...this.subject.catalogue,
    });
    await this.simulator.clear(this.name);
    this.client = this.makeClient();
  }
}

/** What a run left behind, as it comes back from a store. */
export function stored({ memory }: ScopeEnd): ScopeMemory {
  expect(memory).toBeDefined();
  return JSON.parse(JSON.stringify(memory)) as ScopeMemory;
}

export async function fetchScope(
  client: ProviderClient,
  scope: Scope,
  options: Partial<FetchScopeOptions> = {},
): Promise<FetchedScope> {
  const fetched: Omit<FetchedScope, 'end'> = {
    pages: [],
    items: new Map(),
    categories: new Set(),
    rejected: [],
  };
  const generator = client.fetchScope(scope, { signal: never, ...options });
  for (;;) {
    const next = await generator.next();
    if (next.done) return { ...fetched, end: next.value };
    fetched.pages.push(next.value);
    const { rowType, rows } = next.value;
    if (rowType === KNOWN_ITEMS) throw new Error('ids came in place of rows, though nothing was remembered');
    for (const row of parseRows(rows.toString())) {
      const mapped = mapRow(rowType, row, { scope, now: Date.now() });
      if (mapped.type === 'rejected') fetched.rejected.push(mapped.reason);
      else if (mapped.type === 'category') fetched.categories.add(mapped.category.id);
      else if (!fetched.items.has(mapped.item.id)) fetched.items.set(mapped.item.id, mapped.item);
    }
  }
}
