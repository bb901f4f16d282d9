import type { ProviderId, SyncJobView, SyncStatus } from '@catalogue-sync/contracts';
import type { SnapshotSize } from '@catalogue-sync/terminal';

/** Where everything is, once it is up. */
export interface Addresses {
  /** Base URL of the (first) gateway. */
  api: string;
  /** Of every gateway replica. */
  apis: string[];
  /** File with the key that may do everything. */
  adminKeyFile: string;
  nats: string;
  /** Superuser of the database of the services. */
  postgres: string;
  /** Absent without the demo. */
  simulator?: string;
}

/** A provider of the demo, as the terminal names it. */
export interface DemoProviderRef {
  id: ProviderId;
  name: string;
}

/** What happens, for the terminal and for `--json`: one object per line, told apart by `event`. */
export type StandaloneEvent =
  | { event: 'note'; message: string }
  | { event: 'starting'; dataDir: string; ephemeral: boolean }
  | { event: 'started'; name: string; replica: number; pid: number; seconds: number; again: boolean }
  | { event: 'ended'; name: string; replica: number; reason: string; againInMs: number }
  | ({
      event: 'ready';
      dataDir: string;
      pids: Record<string, number[]>;
      /** URLs in Prometheus' text format, by service. */
      metrics: Record<string, string[]>;
      seconds: number;
      login?: string;
    } & Addresses)
  | {
      event: 'provider';
      provider: DemoProviderRef;
      state: 'registered' | 'known' | 'moved' | 'deleted';
      /** Of one that is there from before. */
      status?: SyncStatus;
    }
  | { event: 'progress'; providers: ProviderProgress[] }
  | { event: 'synced'; provider: DemoProviderRef; job: SyncJobView; snapshot?: SnapshotSize; seconds: number }
  | {
      event: 'up';
      addresses: Addresses;
      /** Opens the dashboard signed in, once; absent when the gateway would not make it. */
      login?: string;
      dataDir: string;
      ephemeral: boolean;
      commands: Command[];
    }
  | { event: 'stopping'; reason: string }
  | { event: 'stopped'; name: string; seconds: number }
  | { event: 'failed'; message: string };

export interface ProviderProgress {
  provider: DemoProviderRef;
  status: SyncStatus;
}

/** A line to paste into another terminal. */
export interface Command {
  title: string;
  line: string;
}

/** Shows events to whoever started us. */
export interface Reporter {
  report(event: StandaloneEvent): void;
}
