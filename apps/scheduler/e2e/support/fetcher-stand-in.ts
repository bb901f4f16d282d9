import {
  CatalogueSyncError,
  ERROR_CODE,
  REQUEST,
  isErrorBody,
  type JobId,
  type ProviderId,
  type RequestMap,
} from '@catalogue-sync/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';

type StartSync = RequestMap[typeof REQUEST.startSync][0];

/** Plays the fetcher over real NATS: knows providers, starts a job for every order, and fails when told to. */
export class FetcherStandIn {
  providers: ProviderId[] = [];
  /** The jobs it started, in order. */
  readonly jobs: (StartSync & { id: JobId })[] = [];
  /** What the next orders fail with, one each: before they start a job, or (`lost`) after it, so that the answer never comes as one. */
  readonly failures: (CatalogueSyncError | 'lost')[] = [];

  start(nats: NatsConnection): this {
    this.answer(nats, REQUEST.listProviders, () => ({ providers: this.providers.map((id) => ({ id })) }));
    this.answer(nats, REQUEST.getProvider, ({ providerId }: { providerId: ProviderId }) => ({
      id: providerId,
    }));
    this.answer(nats, REQUEST.listJobs, ({ providerId }: { providerId: ProviderId }) => ({
      jobs: this.jobs.filter((job) => job.providerId === providerId),
    }));
    this.answer(nats, REQUEST.startSync, (order: StartSync) => this.startSync(order));
    return this;
  }

  private startSync(order: StartSync): unknown {
    const failure = this.failures.shift();
    if (failure instanceof CatalogueSyncError) return failure.toBody();
    const job = { ...order, id: randomUUID() as string as JobId };
    this.jobs.push(job);
    if (failure === 'lost') {
      return new CatalogueSyncError(ERROR_CODE.internal, 'The answer was lost.').toBody();
    }
    return { job, started: true };
  }

  /** `reply` gives the answer or an `ErrorBody`. */
  private answer<T>(nats: NatsConnection, pattern: string, reply: (request: T) => unknown): void {
    nats.subscribe(pattern, {
      callback: (_error, message) => {
        const { id, data } = message.json<{ id: string; data: T }>();
        const answer = reply(data);
        const packet = isErrorBody(answer) ? { err: answer } : { response: answer };
        message.respond(JSON.stringify({ ...packet, isDisposed: true, id }));
      },
    });
  }
}
