import { Injectable } from '@nestjs/common';
import { CatalogueSyncError, ERROR_CODE, providerId, REQUEST } from '@catalogue-sync/contracts';
import type { ReadinessDto } from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { NatsLink } from '../services/nats-link.js';

const PROBE_TIMEOUT_MS = 2_000;
/** No provider has this id; a refusal is an answer too. */
const NOBODY = providerId('p0');

/** What the gateway needs: database and NATS for itself, and the services behind it for all that they own. */
@Injectable()
export class Readiness {
  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly nats: NatsLink,
    private readonly services: RequestClient,
  ) {}

  /** Down when database or NATS are; degraded when a service does not answer, for what does not need it still works. */
  async check(): Promise<ReadinessDto> {
    const options = { timeoutMs: PROBE_TIMEOUT_MS };
    const [database, nats, fetcher, reconciler, snapshot, scheduler, notifier] = await Promise.all([
      this.database.query('select 1', []).then(
        () => true,
        () => false,
      ),
      this.nats.answers(PROBE_TIMEOUT_MS),
      answers(this.services.send(REQUEST.listProviders, { limit: 1 }, options)),
      answers(this.services.send(REQUEST.getEvents, { providerId: NOBODY, after: 0, limit: 1 }, options)),
      answers(this.services.send(REQUEST.getSnapshotPosition, { providerId: NOBODY }, options)),
      answers(this.services.send(REQUEST.listSchedules, { providerId: NOBODY }, options)),
      answers(this.services.send(REQUEST.listWebhooks, {}, options)),
    ]);
    const parts = { database, nats, fetcher, reconciler, snapshot, scheduler, notifier };
    const allUp = Object.values(parts).every(Boolean);
    return {
      status: !database || !nats ? 'down' : allUp ? 'up' : 'degraded',
      parts: Object.fromEntries(Object.entries(parts).map(([name, up]) => [name, up ? 'up' : 'down'])),
    };
  }
}

/** Any refusal other than "no answer" came from a service that is there. */
async function answers(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    return error instanceof CatalogueSyncError && error.code !== ERROR_CODE.serviceUnavailable;
  }
}
