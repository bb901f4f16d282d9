import {
  CatalogueSyncError,
  ERROR_CODE,
  REQUEST,
  isErrorBody,
  type JobId,
  type ProviderId,
  type RequestMap,
  type SyncJobView,
} from '@catalogue-sync/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';

type StartSync = RequestMap[typeof REQUEST.startSync][0];
export type StandInJob = Pick<SyncJobView, 'id' | 'providerId' | 'trigger' | 'state' | 'createdAt'> &
  Partial<SyncJobView> & { mode: string };

/** Plays the fetcher over real NATS: knows providers, starts a job for an order when none is active, and fails when told to. */
export class FetcherStandIn {
  providers: ProviderId[] = [];
  /** Its jobs, in order. A job that it starts is over at once. */
  readonly jobs: StandInJob[] = [];
  /** What the next orders fail with, one each: before they start a job, or (`lost`) after it, so that the answer never comes as one. */
  readonly failures: (CatalogueSyncError | 'lost')[] = [];

  start(nats: NatsConnection): this {
    this.answer(nats, REQUEST.listProviders, () => ({ providers: this.providers.map((id) => ({ id })) }));
    this.answer(nats, REQUEST.getProvider, ({ providerId }: { providerId: ProviderId }) => ({
      id: providerId,
    }));
    this.answer(nats, REQUEST.listJobs, ({ providerId }: { providerId: ProviderId }) => ({
      jobs: this.jobs.filter((job) => job.providerId === providerId).toReversed(),
    }));
    this.answer(nats, REQUEST.startSync, (order: StartSync) => this.startSync(order));
    return this;
  }

  /** Puts a job on record. */
  add(job: Partial<StandInJob> & Pick<StandInJob, 'providerId'>): StandInJob {
    const made: StandInJob = {
      id: randomUUID() as string as JobId,
      trigger: 'api',
      mode: 'auto',
      state: 'completed',
      createdAt: new Date().toISOString(),
      ...job,
    };
    this.jobs.push(made);
    return made;
  }

  private startSync({ providerId, mode, trigger }: StartSync): unknown {
    const failure = this.failures.shift();
    if (failure instanceof CatalogueSyncError) return failure.toBody();
    const active = this.jobs.find((job) => job.providerId === providerId && job.state === 'fetching');
    const job = active ?? this.add({ providerId, mode, trigger, finishedAt: new Date().toISOString() });
    if (failure === 'lost') {
      return new CatalogueSyncError(ERROR_CODE.internal, 'The answer was lost.').toBody();
    }
    return { job, started: active === undefined };
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
