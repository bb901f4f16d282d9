import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsISO8601, Matches } from 'class-validator';
import { IsLine, Omittable, Trimmed } from './field-rules.js';

/**
 * What a caller may do: `read` looks, `operate` also starts, cancels and decides, `admin` also changes providers and keys and holds every other
 * scope; `playback` alone opens streams.
 */
export const ACCESS_SCOPES = ['admin', 'operate', 'read', 'playback'] as const;
export type AccessScope = (typeof ACCESS_SCOPES)[number];

const SCOPES_SCHEMA = { enum: ACCESS_SCOPES, isArray: true, example: ['read'] } as const;
const SCOPES_MESSAGE = { message: `Give one or several of ${ACCESS_SCOPES.join(', ')}, each once.` };

export class CreateKeyBody {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'Living room player' })
  @Trimmed()
  @IsLine(1, 100)
  name!: string;

  @ApiProperty(SCOPES_SCHEMA)
  @IsArray(SCOPES_MESSAGE)
  @ArrayMinSize(1, SCOPES_MESSAGE)
  @ArrayMaxSize(ACCESS_SCOPES.length, SCOPES_MESSAGE)
  @ArrayUnique(SCOPES_MESSAGE)
  @IsIn(ACCESS_SCOPES, { each: true, ...SCOPES_MESSAGE })
  scopes!: AccessScope[];

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Without it the key is good until it is revoked.',
  })
  @Omittable()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: 'Give a time as 2027-01-31T00:00:00Z.' })
  @Matches(/T.*(Z|[+-]\d{2}:\d{2})$/, { message: 'Give a time with its zone, as 2027-01-31T00:00:00Z.' })
  expiresAt?: string;
}

export class KeyParams {
  @ApiProperty({ pattern: '^[a-z0-9]{12}$' })
  @Matches(/^[a-z0-9]{12}$/, { message: "A key's id is 12 lower-case letters and digits." })
  id!: string;
}

/** A key without its secret. */
export class KeyDto {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty(SCOPES_SCHEMA)
  scopes!: AccessScope[];

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ description: 'The name of who made it.' })
  createdBy!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  expiresAt?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'To the minute; absent when it never was.' })
  lastUsedAt?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  revokedAt?: string;
}

export class CreatedKeyDto extends KeyDto {
  @ApiProperty({ description: 'The whole key. Keep it: it is not shown again.', example: 'csk_…' })
  key!: string;
}

export class KeyListDto {
  @ApiProperty({ type: [KeyDto] })
  keys!: KeyDto[];

  @ApiPropertyOptional({ description: 'Hand it back as `cursor` for the next page; absent on the last.' })
  nextCursor?: string;
}

export class CreateLoginLinkBody {
  @ApiPropertyOptional({ ...SCOPES_SCHEMA, description: 'Of the session; those of the caller when absent.' })
  @Omittable()
  @IsArray(SCOPES_MESSAGE)
  @ArrayMinSize(1, SCOPES_MESSAGE)
  @ArrayMaxSize(ACCESS_SCOPES.length, SCOPES_MESSAGE)
  @ArrayUnique(SCOPES_MESSAGE)
  @IsIn(ACCESS_SCOPES, { each: true, ...SCOPES_MESSAGE })
  scopes?: AccessScope[];
}

export class LoginLinkDto {
  @ApiProperty({ description: 'Exchange it by POST /api/session; good once.' })
  token!: string;

  @ApiProperty({
    description: 'The page that does so, below the address of the gateway.',
    example: '/login?token=…',
  })
  path!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}

/** One of both. */
export class StartSessionBody {
  @ApiPropertyOptional({ description: 'Of a login link.' })
  @Omittable()
  @IsLine(1, 200)
  token?: string;

  @ApiPropertyOptional({ description: 'An API key.' })
  @Omittable()
  @IsLine(1, 1000)
  key?: string;
}

/** Who is asking, and what they may do. */
export class SessionDto {
  @ApiProperty({ enum: ['session', 'key', 'admin-key'], description: 'What the request was let in by.' })
  kind!: 'session' | 'key' | 'admin-key';

  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'Of the key that it goes back to.' })
  name!: string;

  @ApiProperty(SCOPES_SCHEMA)
  scopes!: AccessScope[];

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'The latest end of a session; it ends sooner when idle.',
  })
  expiresAt?: string;
}
