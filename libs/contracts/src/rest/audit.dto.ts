import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import type { ProviderId } from '../ids.js';
import { IsProviderIdShape, Omittable } from './field-rules.js';
import { PageQuery } from './paging.dto.js';

export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Changes of this provider only.', example: 'p01k3v9' })
  @Omittable()
  @IsProviderIdShape()
  provider?: ProviderId;

  @ApiPropertyOptional({
    description: 'Changes by this key, or by sessions that go back to it; or by this session.',
  })
  @Omittable()
  @Matches(/^[a-z0-9-]{1,40}$/, { message: 'Give the id of a key or a session.' })
  actor?: string;
}

export class AuditActorDto {
  @ApiProperty({ enum: ['session', 'key', 'admin-key'] })
  kind!: string;

  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'The key, or the one that the session goes back to.' })
  keyId!: string;
}

export class AuditOutcomeDto {
  @ApiProperty({ type: 'integer', description: 'HTTP status of the answer.' })
  status!: number;

  @ApiPropertyOptional({ description: 'Of the problem, where there was one.' })
  code?: string;
}

/** One change that was asked for over REST. */
export class AuditEntryDto {
  @ApiProperty({ description: 'Rises with time.' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: AuditActorDto })
  actor!: AuditActorDto;

  @ApiProperty({ description: 'Where the connection came from: the proxy, behind one.' })
  address!: string;

  @ApiProperty({ description: 'The `operationId` of the API.', example: 'updateProvider' })
  action!: string;

  @ApiPropertyOptional({ type: String })
  providerId?: ProviderId;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'What it was done to, by the names of the path; `created` is where a new thing is.',
  })
  subject!: Record<string, string>;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'The fields that were given, by path. Texts are shown where they cannot be secret, otherwise masked.',
  })
  fields!: Record<string, unknown>;

  @ApiPropertyOptional({
    type: AuditOutcomeDto,
    description: 'Absent while it is under way, or when it was never learned.',
  })
  outcome?: AuditOutcomeDto;
}

export class AuditListDto {
  @ApiProperty({ type: [AuditEntryDto] })
  entries!: AuditEntryDto[];

  @ApiPropertyOptional({ description: 'Hand it back as `cursor` for the next page; absent on the last.' })
  nextCursor?: string;
}
