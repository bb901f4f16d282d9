import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsIn, Matches } from 'class-validator';
import type { M3uConnection, StalkerConnection, XtreamConnection } from '../provider.js';
import { PROTOCOLS } from '../scope.js';
import {
  IsHttpUrl,
  IsLine,
  IsMac,
  IsPanelUrl,
  IsTimeZoneName,
  MacForm,
  Omittable,
  Trimmed,
} from './field-rules.js';

const USER_AGENT = /^[\x20-\x7e]{1,256}$/;
const USER_AGENT_MESSAGE = 'Give 1 to 256 printable ASCII characters.';

/** Body form of StalkerConnection. Write only: no answer ever carries it. */
export class StalkerConnectionDto implements StalkerConnection {
  @ApiProperty({ enum: ['stalker'] })
  @IsIn(['stalker'])
  protocol!: 'stalker';

  @ApiProperty({
    format: 'uri',
    description: "The portal's page, its .php endpoint, or the bare host; the endpoint is found from it.",
    example: 'http://portal.example.com:8080/c/',
  })
  @Trimmed()
  @IsHttpUrl()
  url!: string;

  @ApiProperty({ description: 'MAC address of the registered device.', example: '00:1A:79:12:34:56' })
  @MacForm()
  @IsMac()
  mac!: string;

  @ApiPropertyOptional()
  @Omittable()
  @IsLine(1, 200)
  login?: string;

  @ApiPropertyOptional({ format: 'password' })
  @Omittable()
  @IsLine(1, 200)
  password?: string;

  @ApiPropertyOptional()
  @Omittable()
  @IsLine(1, 128)
  serialNumber?: string;

  @ApiPropertyOptional()
  @Omittable()
  @IsLine(1, 128)
  deviceId?: string;

  @ApiPropertyOptional()
  @Omittable()
  @IsLine(1, 128)
  deviceId2?: string;

  @ApiPropertyOptional({ description: 'Language of the texts that the portal sends.', default: 'en' })
  @Omittable()
  @Matches(/^[a-z]{2}([_-][A-Za-z]{2})?$/, { message: 'Give a language code, such as en or pt_BR.' })
  language?: string;

  @ApiPropertyOptional({
    description: 'IANA time zone in which the portal writes its times.',
    default: 'UTC',
    example: 'Europe/Paris',
  })
  @Omittable()
  @IsTimeZoneName()
  timezone?: string;

  @ApiPropertyOptional()
  @Omittable()
  @Matches(USER_AGENT, { message: USER_AGENT_MESSAGE })
  userAgent?: string;
}

/** Body form of XtreamConnection. Write only: no answer ever carries it. */
export class XtreamConnectionDto implements XtreamConnection {
  @ApiProperty({ enum: ['xtream'] })
  @IsIn(['xtream'])
  protocol!: 'xtream';

  @ApiProperty({
    format: 'uri',
    description: 'Base URL of the panel, without player_api.php.',
    example: 'http://panel.example.com:8080',
  })
  @Trimmed()
  @IsPanelUrl()
  @IsHttpUrl()
  url!: string;

  @ApiProperty()
  @IsLine(1, 200)
  username!: string;

  @ApiProperty({ format: 'password' })
  @IsLine(1, 200)
  password!: string;

  @ApiPropertyOptional()
  @Omittable()
  @Matches(USER_AGENT, { message: USER_AGENT_MESSAGE })
  userAgent?: string;
}

/** Body form of M3uConnection. Write only: no answer ever carries it. */
export class M3uConnectionDto implements M3uConnection {
  @ApiProperty({ enum: ['m3u'] })
  @IsIn(['m3u'])
  protocol!: 'm3u';

  @ApiProperty({
    format: 'uri',
    description: "The playlist's URL, with the credentials in its query or path.",
    example: 'http://tv.example.com/get.php?username=u&password=p&type=m3u_plus',
  })
  @Trimmed()
  @IsHttpUrl()
  url!: string;

  @ApiPropertyOptional()
  @Omittable()
  @Matches(USER_AGENT, { message: USER_AGENT_MESSAGE })
  userAgent?: string;
}

/** Stands in while no known protocol is named: the other fields are let through, so that the answer names the protocol only. */
export class UnknownConnectionDto {
  @IsIn(PROTOCOLS, { message: `Name the protocol: one of ${PROTOCOLS.join(', ')}.` })
  protocol!: string;

  @Allow() url?: unknown;
  @Allow() mac?: unknown;
  @Allow() login?: unknown;
  @Allow() username?: unknown;
  @Allow() password?: unknown;
  @Allow() serialNumber?: unknown;
  @Allow() deviceId?: unknown;
  @Allow() deviceId2?: unknown;
  @Allow() language?: unknown;
  @Allow() timezone?: unknown;
  @Allow() userAgent?: unknown;
}

export type ConnectionDto = StalkerConnectionDto | XtreamConnectionDto | M3uConnectionDto;

const CLASS_OF: ReadonlyMap<unknown, new () => object> = new Map<unknown, new () => object>([
  ['stalker', StalkerConnectionDto],
  ['xtream', XtreamConnectionDto],
  ['m3u', M3uConnectionDto],
]);

/** The class whose rules a body's `connection` is held to. Total: any JSON value gives one. */
export function connectionClass(connection: unknown): new () => object {
  const protocol =
    typeof connection === 'object' && connection !== null && 'protocol' in connection
      ? connection.protocol
      : undefined;
  return CLASS_OF.get(protocol) ?? UnknownConnectionDto;
}
