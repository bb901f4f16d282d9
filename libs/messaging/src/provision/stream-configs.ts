import { STREAM, STREAM_SUBJECTS, type StreamName } from '@catalogue-sync/contracts';
import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

type Config = Partial<StreamConfig> & { name: StreamName };

const base = (name: StreamName): Config => ({
  name,
  subjects: [STREAM_SUBJECTS[name]],
  storage: StorageType.File,
  duplicate_window: nanos(2 * MINUTE),
  allow_direct: true,
});

/** What each stream must be like (DESIGN section 7). */
export function streamConfigs(): Config[] {
  return [
    {
      ...base(STREAM.pages),
      retention: RetentionPolicy.Workqueue,
      // A full queue refuses the fetcher, which waits; it must never drop a page.
      discard: DiscardPolicy.New,
      max_bytes: GIB,
    },
    {
      ...base(STREAM.events),
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(7 * DAY),
      max_bytes: 4 * GIB,
      allow_atomic: true,
    },
    {
      ...base(STREAM.facts),
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(7 * DAY),
      max_bytes: 256 * MIB,
    },
    {
      ...base(STREAM.deadLetters),
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(7 * DAY),
      max_bytes: 256 * MIB,
    },
  ];
}
