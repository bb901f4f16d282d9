import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { IsInt, Matches, Max, Min } from 'class-validator';
import type { JobId, ProviderId } from '../ids.js';
import { IntegerText, IsProviderIdShape, Omittable } from './field-rules.js';

export const DEFAULT_PAGE_LIMIT = 50;

/** Query of a listing with cursors. */
export class PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: DEFAULT_PAGE_LIMIT })
  @Omittable()
  @IntegerText()
  @IsInt({ message: 'Give a whole number from 1 to 200.' })
  @Min(1, { message: 'Give a whole number from 1 to 200.' })
  @Max(200, { message: 'Give a whole number from 1 to 200.' })
  limit: number = DEFAULT_PAGE_LIMIT;

  @ApiPropertyOptional({ description: 'The `nextCursor` of the page before, as it was.' })
  @Omittable()
  @Matches(/^[A-Za-z0-9_-]{1,400}$/, {
    message: 'Hand back the nextCursor of the page before, or leave it out.',
  })
  cursor?: string;
}

export class ProviderParams {
  @ApiProperty({ type: String, example: 'p01k3v9', pattern: '^p[a-z0-9]{1,39}$' })
  @IsProviderIdShape()
  id!: ProviderId;
}

export class JobParams extends ProviderParams {
  @ApiProperty({ type: String, format: 'uuid' })
  @Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, {
    message: "A job's id is a UUID in lower case.",
  })
  job!: JobId;
}
