import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ScopeOutcome } from '../events.js';
import { ACTIVE_JOB_STATES } from '../provider.js';
import { SCOPES, type Scope } from '../scope.js';
import { ProviderDto } from './provider.dto.js';
import { SyncStatusDto } from './sync.dto.js';

/** What an active job is at. */
export type LivePhase = (typeof ACTIVE_JOB_STATES)[number];

const PART_STATES = ['waiting', 'fetching', 'comparing', 'ended'] as const;
const OUTCOMES = ['complete', 'incomplete', 'drifted', 'not-modified', 'failed', 'cancelled'] as const;

export class LivePartDto {
  @ApiProperty({ enum: SCOPES })
  scope!: Scope;

  @ApiProperty({ enum: PART_STATES, description: 'ended: it is shown as ended while others go on.' })
  state!: (typeof PART_STATES)[number];

  @ApiPropertyOptional({ enum: OUTCOMES })
  outcome?: ScopeOutcome;

  @ApiProperty({ type: 'integer' })
  itemsFetched!: number;

  @ApiProperty({ type: 'integer', description: 'Those that were compared with the catalogue.' })
  itemsCompared!: number;

  @ApiPropertyOptional({ type: 'integer', description: 'Absent while unknown.' })
  itemsTotal?: number;

  @ApiProperty({ type: 'integer', description: 'Tries so far.' })
  attempt!: number;
}

/** How far an active job is. No figure ever goes back within a job. */
export class LiveProgressDto {
  @ApiProperty({ format: 'uuid' })
  jobId!: string;

  @ApiProperty({ enum: ACTIVE_JOB_STATES })
  phase!: LivePhase;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: 0.94,
    description:
      'Of the whole job, 0 to 0.94: work remains while it is active. Absent while a total is unknown.',
  })
  fraction?: number;

  @ApiPropertyOptional({ description: 'Absent until it is known.' })
  itemsPerSecond?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'Absent until it can be told.' })
  remainingSeconds?: number;

  @ApiProperty({ type: [LivePartDto] })
  parts!: LivePartDto[];
}

/** A provider with all that a card of it shows. */
export class LiveProviderDto {
  @ApiProperty({ type: ProviderDto })
  provider!: ProviderDto;

  @ApiProperty({ type: SyncStatusDto })
  status!: SyncStatusDto;

  @ApiPropertyOptional({ type: LiveProgressDto, description: 'Of the active job.' })
  progress?: LiveProgressDto;

  @ApiProperty({ type: 'integer', description: 'Removals that wait for approval; at most 200 are counted.' })
  heldRemovals!: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Of its schedules; absent when none is due.' })
  nextRunAt?: string;
}

/** The first frame of a connection, event `state`: all providers. */
export class LiveStateDto {
  @ApiProperty({ type: 'integer', description: 'Rises with every frame.' })
  revision!: number;

  @ApiProperty({ type: [LiveProviderDto], description: 'By id.' })
  providers!: LiveProviderDto[];
}

/** Every later frame, event `patch`: what differs from the revision `from`. */
export class LivePatchDto {
  @ApiProperty({ type: 'integer' })
  revision!: number;

  @ApiProperty({
    type: 'integer',
    description: 'The frame before. A reader that has another one connects again, and gets the whole state.',
  })
  from!: number;

  @ApiProperty({ type: [LiveProviderDto], description: 'New or changed, whole.' })
  providers!: LiveProviderDto[];

  @ApiProperty({ type: [String], description: 'Ids of providers that are gone.' })
  removed!: string[];
}
