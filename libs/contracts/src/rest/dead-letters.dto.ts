import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import type { JobId } from '../ids.js';
import type { DeadLetter } from '../requests.js';
import { SCOPES, type Scope } from '../scope.js';
import { ProviderParams } from './paging.dto.js';

export class DeadLetterParams extends ProviderParams {
  @ApiProperty({ pattern: '^[0-9]{1,18}$' })
  @Matches(/^\d{1,18}$/, { message: 'Give the number of a dead letter, as the list shows it.' })
  letter!: string;
}

export class DeadLetterDto implements DeadLetter {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'Type of the message.' })
  type!: string;

  @ApiProperty({ description: 'Why it could not be handled.' })
  reason!: string;

  @ApiProperty({ format: 'date-time' })
  parkedAt!: string;

  @ApiPropertyOptional({ enum: SCOPES })
  scope?: Scope;

  @ApiPropertyOptional({ type: 'integer', description: 'The run the page belongs to.' })
  runToken?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'Its position in the run, from 1.' })
  ordinal?: number;

  @ApiPropertyOptional({ format: 'date-time' })
  replayedAt?: string;
}

export class DeadLetterListDto {
  @ApiProperty({ type: [DeadLetterDto], description: 'Newest first.' })
  deadLetters!: DeadLetterDto[];

  @ApiPropertyOptional({ description: 'Hand it back as `cursor` for the next page; absent on the last.' })
  nextCursor?: string;
}

export class ReplayDto {
  @ApiProperty({
    enum: ['replayed', 'sync-started'],
    description: 'sync-started: its run is over, so the scope is synced anew.',
  })
  outcome!: 'replayed' | 'sync-started';

  @ApiPropertyOptional({ type: String, format: 'uuid' })
  jobId?: JobId;
}
