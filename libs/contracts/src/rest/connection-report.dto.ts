import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConnectionReport } from '../provider.js';
import { PROTOCOLS, type Protocol } from '../scope.js';

export class ConnectionStepDto {
  @ApiProperty({ enum: ['reach', 'login', 'count'] })
  name!: 'reach' | 'login' | 'count';

  @ApiProperty()
  ok!: boolean;

  @ApiProperty({ description: 'What was found, in words.' })
  detail!: string;

  @ApiProperty()
  milliseconds!: number;
}

export class ProviderAccountDto {
  @ApiPropertyOptional()
  status?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  expiresAt?: string;

  @ApiPropertyOptional({ type: 'integer' })
  maxConnections?: number;

  @ApiPropertyOptional({ type: 'integer' })
  activeConnections?: number;
}

export class ListedCountsDto {
  @ApiPropertyOptional({ type: 'integer' })
  channel?: number;

  @ApiPropertyOptional({ type: 'integer' })
  movie?: number;

  @ApiPropertyOptional({ type: 'integer' })
  series?: number;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Movies and series, where the portal lists them as one.',
  })
  vod?: number;
}

export class ConnectionErrorDto {
  @ApiProperty({ example: 'provider-auth-failed' })
  code!: string;

  @ApiProperty({ description: 'Plain words that say what to do.' })
  message!: string;
}

/** What a connection test found. A failing connection is an answer, not an error: see `ok`. */
export class ConnectionReportDto implements ConnectionReport {
  @ApiProperty()
  ok!: boolean;

  @ApiProperty({ enum: PROTOCOLS })
  protocol!: Protocol;

  @ApiProperty({ type: [ConnectionStepDto] })
  steps!: ConnectionStepDto[];

  @ApiPropertyOptional({ type: ProviderAccountDto })
  account?: ProviderAccountDto;

  @ApiPropertyOptional({ type: ListedCountsDto })
  counts?: ListedCountsDto;

  @ApiPropertyOptional({ type: ConnectionErrorDto })
  error?: ConnectionErrorDto;
}
