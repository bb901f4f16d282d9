import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import type { HoldCause } from '../facts.js';
import type { JobId } from '../ids.js';
import { ITEM_KINDS, type ItemKind } from '../item.js';
import { REMOVAL_STATES, type HeldItem, type HeldRemoval, type RemovalState } from '../removals.js';
import { SCOPES, type Scope } from '../scope.js';
import { Omittable } from './field-rules.js';
import { PageQuery, ProviderParams } from './paging.dto.js';

const CAUSES = ['share', 'week', 'empty-answer', 'suspected-renumbering'] as const satisfies HoldCause[];

export class RemovalParams extends ProviderParams {
  @ApiProperty({ description: 'Names the held set.', pattern: '^[0-9a-f]{32}$' })
  @Matches(/^[0-9a-f]{32}$/, { message: 'Give the digest of a held removal, as the list shows it.' })
  digest!: string;
}

export class RemovalQuery extends PageQuery {
  @ApiPropertyOptional({ enum: REMOVAL_STATES, description: 'Only removals in this state.' })
  @Omittable()
  @IsIn(REMOVAL_STATES, { message: `Give one of ${REMOVAL_STATES.join(', ')}.` })
  state?: RemovalState;
}

export class HeldRemovalDto implements HeldRemoval {
  @ApiProperty({ description: 'Names the held set: what an approval or a rejection is about.' })
  digest!: string;

  @ApiProperty({ enum: SCOPES })
  scope!: Scope;

  @ApiProperty({ enum: [...ITEM_KINDS, 'category'] })
  kind!: ItemKind | 'category';

  @ApiProperty({ enum: CAUSES, description: 'Why it is held.' })
  cause!: HoldCause;

  @ApiProperty({
    enum: REMOVAL_STATES,
    description: 'superseded: a newer set took its place; lapsed: a later sync had nothing to hold.',
  })
  state!: RemovalState;

  @ApiProperty({ type: 'integer', description: 'Items or categories in the set.' })
  count!: number;

  @ApiProperty({ type: 'integer', description: 'Those that an approval would remove now.' })
  stillAbsent!: number;

  @ApiProperty({ description: 'In words, with figures.' })
  reason!: string;

  @ApiProperty({ type: String, format: 'uuid', description: 'The sync that held it.' })
  jobId!: JobId;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  decidedAt?: string;

  @ApiPropertyOptional({ description: 'Who decided.' })
  decidedBy?: string;
}

export class HeldRemovalListDto {
  @ApiProperty({ type: [HeldRemovalDto], description: 'Newest first.' })
  removals!: HeldRemovalDto[];

  @ApiPropertyOptional({ description: 'Hand it back as `cursor` for the next page; absent on the last.' })
  nextCursor?: string;
}

export class HeldItemDto implements HeldItem {
  @ApiProperty()
  id!: string;

  @ApiPropertyOptional()
  name?: string;

  @ApiProperty({ description: 'Whether it is still absent.' })
  absent!: boolean;
}

export class HeldRemovalDetailDto {
  @ApiProperty({ type: HeldRemovalDto })
  removal!: HeldRemovalDto;

  @ApiProperty({ type: [HeldItemDto], description: 'By id.' })
  items!: HeldItemDto[];

  @ApiPropertyOptional({ description: 'Hand it back as `cursor` for the next page; absent on the last.' })
  nextCursor?: string;
}

export class RemovalDecisionDto {
  @ApiProperty({ type: HeldRemovalDto })
  removal!: HeldRemovalDto;

  @ApiProperty({ type: 'integer', description: 'Items or categories that were removed.' })
  removed!: number;
}
