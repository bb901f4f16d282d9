import { BaseConfig } from '@catalogue-sync/hosting';

/** The snapshot service's settings: those of every service. */
export class SnapshotConfig extends BaseConfig {}
