import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import {
  EVENT_TYPE,
  FACT_TYPE,
  type JobReconciled,
  type ProviderPurged,
  type SnapshotConfirmed,
  type SnapshotPublished,
} from '@catalogue-sync/contracts';
import { JETSTREAM } from '@catalogue-sync/messaging';
import type { InboundMessage } from '@catalogue-sync/messaging';
import { ProviderDeletion } from '../deletion/provider-deletion.js';
import { JobCloser } from '../job/job-closer.js';

/** What the reconciler and the snapshot service say about jobs and deletions. */
@Controller()
export class JobProgressController {
  constructor(
    @Inject(JobCloser) private readonly closer: JobCloser,
    @Inject(ProviderDeletion) private readonly deletion: ProviderDeletion,
  ) {}

  @EventPattern<string>(EVENT_TYPE.jobReconciled, JETSTREAM)
  async jobReconciled(@Payload() message: InboundMessage): Promise<void> {
    await this.closer.reconciled(message.providerId, message.json<JobReconciled>());
  }

  @EventPattern<string>(FACT_TYPE.snapshotPublished, JETSTREAM)
  async snapshotPublished(@Payload() message: InboundMessage): Promise<void> {
    const { jobId, version } = message.json<SnapshotPublished>();
    await this.closer.sealed(jobId, { version, changed: true });
  }

  @EventPattern<string>(FACT_TYPE.snapshotConfirmed, JETSTREAM)
  async snapshotConfirmed(@Payload() message: InboundMessage): Promise<void> {
    const { jobId, version } = message.json<SnapshotConfirmed>();
    await this.closer.sealed(jobId, { changed: false, ...(version === undefined ? {} : { version }) });
  }

  @EventPattern<string>(FACT_TYPE.providerPurged, JETSTREAM)
  async providerPurged(@Payload() message: InboundMessage): Promise<void> {
    const { providerId, service } = message.json<ProviderPurged>();
    if (service === 'snapshot') await this.deletion.snapshotPurged(providerId);
  }
}
