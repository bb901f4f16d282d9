import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { ChangeCounts, CountsByKind, ScopeOutcome } from '../events.js';
import type { JobId, ProviderId } from '../ids.js';
import type { ItemKind } from '../item.js';
import { ACTIVE_JOB_STATES, type JobState, type ScopeProgress, type SyncJobView } from '../provider.js';
import type { SyncStatus } from '../provider.js';
import { SCOPES, SYNC_MODES, type Scope, type SyncMode } from '../scope.js';
import { Omittable } from './field-rules.js';

const REQUEST_MODES = ['auto', ...SYNC_MODES] as const;
const JOB_STATES = [...ACTIVE_JOB_STATES, 'completed', 'partial', 'failed', 'cancelled'] as const;
const SCOPE_OUTCOMES = ['complete', 'incomplete', 'drifted', 'not-modified', 'failed', 'cancelled'] as const;
const SCOPE_STATES = ['waiting', 'fetching', 'fetched', 'reconciled'] as const;

export class StartSyncBody {
  @ApiPropertyOptional({ enum: REQUEST_MODES, default: 'auto', description: '`auto` picks one per scope.' })
  @Omittable()
  @IsIn(REQUEST_MODES, { message: `Give one of ${REQUEST_MODES.join(', ')}.` })
  mode: SyncMode | 'auto' = 'auto';
}

export class ChangeCountsDto implements ChangeCounts {
  @ApiProperty({ type: 'integer' })
  added!: number;

  @ApiProperty({ type: 'integer' })
  updated!: number;

  @ApiProperty({ type: 'integer' })
  removed!: number;

  @ApiProperty({ type: 'integer' })
  unchanged!: number;
}

export class CountsByKindDto implements CountsByKind {
  @ApiProperty({ type: ChangeCountsDto })
  channel!: ChangeCountsDto;

  @ApiProperty({ type: ChangeCountsDto })
  movie!: ChangeCountsDto;

  @ApiProperty({ type: ChangeCountsDto })
  series!: ChangeCountsDto;

  @ApiProperty({ type: ChangeCountsDto })
  category!: ChangeCountsDto;
}

export class ScopeProgressDto implements ScopeProgress {
  @ApiProperty({ enum: SCOPES })
  scope!: Scope;

  @ApiProperty({ enum: SYNC_MODES })
  mode!: SyncMode;

  @ApiProperty({ description: 'Why this mode, in words.' })
  modeReason!: string;

  @ApiProperty({ enum: SCOPE_STATES })
  state!: (typeof SCOPE_STATES)[number];

  @ApiPropertyOptional({ enum: SCOPE_OUTCOMES })
  outcome?: ScopeOutcome;

  @ApiPropertyOptional({ description: 'In words, when the scope did not simply complete.' })
  reason?: string;

  @ApiProperty({ type: 'integer', description: 'Tries so far.' })
  attempt!: number;

  @ApiProperty({ type: 'integer', description: 'Tries there will be at most.' })
  attempts!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Requests to the provider that are done (Stalker: portal pages).',
  })
  pagesDone!: number;

  @ApiPropertyOptional({ type: 'integer', description: 'Absent while unknown.' })
  pagesTotal?: number;

  @ApiProperty({ type: 'integer' })
  itemsFetched!: number;

  @ApiPropertyOptional({ type: 'integer', description: 'What the provider declared; absent while unknown.' })
  itemsTotal?: number;

  @ApiProperty({ type: 'integer' })
  itemsReconciled!: number;
}

export class SyncJobDto implements SyncJobView {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: JobId;

  @ApiProperty({ type: String })
  providerId!: ProviderId;

  @ApiProperty({ enum: JOB_STATES })
  state!: JobState;

  @ApiProperty({ description: 'What started it.' })
  trigger!: string;

  @ApiProperty({ enum: REQUEST_MODES })
  requestedMode!: SyncMode | 'auto';

  @ApiPropertyOptional({ enum: SCOPES, isArray: true, description: 'Absent when all scopes were asked for.' })
  onlyScopes?: Scope[];

  @ApiPropertyOptional({ description: 'In words, when the job did not simply complete.' })
  reason?: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  startedAt?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  finishedAt?: string;

  @ApiProperty()
  cancelRequested!: boolean;

  @ApiProperty({ type: [ScopeProgressDto] })
  scopes!: ScopeProgressDto[];

  @ApiProperty({ type: CountsByKindDto })
  counts!: CountsByKindDto;

  @ApiPropertyOptional({ type: 'integer', description: 'The version the job sealed or confirmed.' })
  snapshotVersion?: number;

  @ApiPropertyOptional({ description: 'False when the job changed nothing and only confirmed the version.' })
  snapshotChanged?: boolean;
}

export class SyncJobListDto {
  @ApiProperty({ type: [SyncJobDto], description: 'Newest first.' })
  jobs!: SyncJobDto[];

  @ApiPropertyOptional({ description: 'Hand it back as `cursor` for the next page; absent on the last.' })
  nextCursor?: string;
}

export class TotalsDto implements Record<ItemKind, number> {
  @ApiProperty({ type: 'integer' })
  channel!: number;

  @ApiProperty({ type: 'integer' })
  movie!: number;

  @ApiProperty({ type: 'integer' })
  series!: number;
}

export class WatermarksDto implements Partial<Record<ItemKind, string>> {
  @ApiPropertyOptional({ format: 'date-time' })
  channel?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  movie?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  series?: string;
}

export class CoolDownDto {
  @ApiProperty({ format: 'date-time' })
  until!: string;

  @ApiProperty({ description: 'In words.' })
  reason!: string;
}

export class SyncStatusDto implements SyncStatus {
  @ApiProperty({ type: String })
  providerId!: ProviderId;

  @ApiProperty({ type: TotalsDto, description: 'Live items per kind.' })
  totals!: TotalsDto;

  @ApiPropertyOptional({ format: 'date-time' })
  lastSyncChannels?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  lastSyncMovies?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  lastSyncSeries?: string;

  @ApiProperty({
    type: WatermarksDto,
    description: 'Per kind the newest moment at which the provider says an item was added or modified.',
  })
  watermarks!: WatermarksDto;

  @ApiPropertyOptional({ type: CoolDownDto, description: 'The provider is left alone for a while.' })
  coolDown?: CoolDownDto;

  @ApiPropertyOptional({ type: SyncJobDto })
  activeJob?: SyncJobDto;

  @ApiPropertyOptional({ type: SyncJobDto })
  lastJob?: SyncJobDto;
}
