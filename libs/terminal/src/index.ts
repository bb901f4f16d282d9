export { ProgressView, type JobProgress, type ProviderProgress } from './progress-view.js';
export { formatCount, formatDuration, formatMegabytes } from './quantities.js';
export { syncResultLine, type EndedJob, type SnapshotSize, type SyncResult } from './sync-result.js';
