import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { Type, type TypeHelpOptions } from 'class-transformer';
import { IsBoolean, IsObject, ValidateNested } from 'class-validator';
import type { JobId, ProviderId } from '../ids.js';
import type { ProviderState, ProviderView } from '../provider.js';
import { PROTOCOLS, type Protocol } from '../scope.js';
import {
  connectionClass,
  M3uConnectionDto,
  StalkerConnectionDto,
  XtreamConnectionDto,
  type ConnectionDto,
} from './connection.dto.js';
import { IsLine, Omittable, Trimmed } from './field-rules.js';
import { ProviderSettingsDto, ProviderSettingsView } from './provider-settings.dto.js';

const CONNECTION_SCHEMA = {
  oneOf: [StalkerConnectionDto, XtreamConnectionDto, M3uConnectionDto].map((dto) => ({
    $ref: getSchemaPath(dto),
  })),
  discriminator: {
    propertyName: 'protocol',
    mapping: {
      stalker: getSchemaPath(StalkerConnectionDto),
      xtream: getSchemaPath(XtreamConnectionDto),
      m3u: getSchemaPath(M3uConnectionDto),
    },
  },
  description: 'How to reach and log in to the provider. Stored encrypted; no answer ever carries it.',
};
const OBJECT_MESSAGE = { message: 'Give an object.' };

const typeOfConnection = (help?: TypeHelpOptions) =>
  connectionClass((help?.object as { connection?: unknown } | undefined)?.connection);

@ApiExtraModels(StalkerConnectionDto, XtreamConnectionDto, M3uConnectionDto)
export class CreateProviderBody {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'Living room portal' })
  @Trimmed()
  @IsLine(1, 100)
  name!: string;

  @ApiProperty(CONNECTION_SCHEMA)
  @IsObject(OBJECT_MESSAGE)
  @ValidateNested()
  @Type(typeOfConnection)
  connection!: ConnectionDto;

  @ApiPropertyOptional({ type: () => ProviderSettingsDto })
  @Omittable()
  @IsObject(OBJECT_MESSAGE)
  @ValidateNested()
  @Type(() => ProviderSettingsDto)
  settings?: ProviderSettingsDto;
}

@ApiExtraModels(StalkerConnectionDto, XtreamConnectionDto, M3uConnectionDto)
export class UpdateProviderBody {
  @ApiPropertyOptional({ minLength: 1, maxLength: 100 })
  @Omittable()
  @Trimmed()
  @IsLine(1, 100)
  name?: string;

  @ApiPropertyOptional({ type: () => ProviderSettingsDto })
  @Omittable()
  @IsObject(OBJECT_MESSAGE)
  @ValidateNested()
  @Type(() => ProviderSettingsDto)
  settings?: ProviderSettingsDto;

  @ApiPropertyOptional({
    ...CONNECTION_SCHEMA,
    description: 'The whole connection anew. Asks for sameCatalogue: true.',
  })
  @Omittable()
  @IsObject(OBJECT_MESSAGE)
  @ValidateNested()
  @Type(typeOfConnection)
  connection?: ConnectionDto;

  @ApiPropertyOptional({
    description:
      'True says that the new connection leads to the same catalogue, so that its ids stay. Otherwise reset the provider first.',
  })
  @Omittable()
  @IsBoolean()
  sameCatalogue?: boolean;
}

@ApiExtraModels(StalkerConnectionDto, XtreamConnectionDto, M3uConnectionDto)
export class TestConnectionBody {
  @ApiProperty(CONNECTION_SCHEMA)
  @IsObject(OBJECT_MESSAGE)
  @ValidateNested()
  @Type(typeOfConnection)
  connection!: ConnectionDto;
}

/** A provider without anything secret. */
export class ProviderDto implements ProviderView {
  @ApiProperty({ type: String, example: 'p01k3v9' })
  id!: ProviderId;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: PROTOCOLS })
  protocol!: Protocol;

  @ApiProperty({
    description: 'Scheme, host and port only: paths and queries may carry credentials.',
    example: 'http://portal.example.com:8080',
  })
  origin!: string;

  @ApiProperty({ enum: ['active', 'deleting'] })
  state!: ProviderState;

  @ApiProperty({ type: ProviderSettingsView })
  settings!: ProviderSettingsView;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'The active job, if one is.' })
  activeJobId?: JobId;
}

export class ProviderListDto {
  @ApiProperty({ type: [ProviderDto] })
  providers!: ProviderDto[];

  @ApiPropertyOptional({ description: 'Hand it back as `cursor` for the next page; absent on the last.' })
  nextCursor?: string;
}

export class ProviderDeletionDto {
  @ApiProperty({ type: String })
  providerId!: ProviderId;

  @ApiProperty({ enum: ['deleting', 'deleted'] })
  state!: 'deleting' | 'deleted';
}
