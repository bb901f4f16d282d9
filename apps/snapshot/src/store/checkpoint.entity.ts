import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** How far a provider's events are folded, and what the next version will say of itself. Written by `CheckpointStore` only. */
export const CheckpointSchema = defineEntity({
  name: 'Checkpoint',
  tableName: 'checkpoint',
  properties: {
    providerId: p.text().primary(),
    state: p.enum(['active', 'deleted']),
    /** Last folded sequence number. */
    seq: p.bigint('number'),
    /** The last version sealed; 0 before the first. */
    version: p.integer(),
    totalChannels: p.integer(),
    totalMovies: p.integer(),
    totalSeries: p.integer(),
    lastJobId: p.text().nullable(),
    lastJobChanged: p.boolean().nullable(),
  },
});
export type CheckpointRow = InferEntity<typeof CheckpointSchema>;
