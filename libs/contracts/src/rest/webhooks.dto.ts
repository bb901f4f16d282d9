import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import type { ProviderId } from '../ids.js';
import {
  DELIVERY_STATES,
  NOTICE_TYPES,
  type DeliveryState,
  type NoticeBody,
  type NoticeType,
  type ReplacedSecret,
  type Webhook,
  type WebhookChange,
  type WebhookDelivery,
} from '../webhooks.js';
import { IsHttpUrl, IsLine, IsProviderIdShape, Omittable, Trimmed } from './field-rules.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const URL_SCHEMA = { description: 'http or https.', example: 'https://hooks.example.com/catalogue' };
const SECRET_SCHEMA = {
  description: '`whsec_` and the base64 of 24 to 64 bytes; without it one is made.',
  writeOnly: true,
};
const EVENTS_SCHEMA = {
  enum: NOTICE_TYPES,
  isArray: true,
  example: ['sync.finished', 'sync.failed'],
  description: 'A sync is one message: it comes as the most telling of these that fits.',
} as const;
const EVENTS_MESSAGE = { message: `Give one or several of ${NOTICE_TYPES.join(', ')}, each once.` };

/** What a webhook is told of. */
function Events(): PropertyDecorator {
  const rules = [
    IsArray(EVENTS_MESSAGE),
    ArrayMinSize(1, EVENTS_MESSAGE),
    ArrayMaxSize(NOTICE_TYPES.length, EVENTS_MESSAGE),
    ArrayUnique(EVENTS_MESSAGE),
    IsIn(NOTICE_TYPES, { each: true, ...EVENTS_MESSAGE }),
  ];
  return (target, key) => {
    for (const rule of rules) rule(target, key);
  };
}

export class WebhookParams {
  @ApiProperty({ format: 'uuid' })
  @Matches(ID, { message: "A webhook's id is a UUID in lower case." })
  id!: string;
}

export class DeliveryParams extends WebhookParams {
  @ApiProperty({ format: 'uuid' })
  @Matches(ID, { message: "A delivery's id is a UUID in lower case." })
  delivery!: string;
}

export class CreateWebhookBody {
  @ApiProperty(URL_SCHEMA)
  @Trimmed()
  @IsHttpUrl()
  url!: string;

  @ApiProperty(EVENTS_SCHEMA)
  @Events()
  events!: NoticeType[];

  @ApiPropertyOptional({ type: String, description: 'Only of this provider; without it of all.' })
  @Omittable()
  @IsProviderIdShape()
  providerId?: ProviderId;

  @ApiPropertyOptional({ default: true })
  @Omittable()
  @IsBoolean({ message: 'Give true or false.' })
  enabled: boolean = true;

  @ApiPropertyOptional(SECRET_SCHEMA)
  @Omittable()
  @IsLine(1, 120)
  secret?: string;
}

/** What is left out stays as it is. */
export class UpdateWebhookBody implements WebhookChange {
  @ApiPropertyOptional(URL_SCHEMA)
  @Omittable()
  @Trimmed()
  @IsHttpUrl()
  url?: string;

  @ApiPropertyOptional(EVENTS_SCHEMA)
  @Omittable()
  @Events()
  events?: NoticeType[];

  @ApiPropertyOptional({ type: String, nullable: true, description: 'null: of all providers.' })
  @ValidateIf((_body, value) => value !== undefined && value !== null)
  @IsProviderIdShape()
  providerId?: ProviderId | null;

  @ApiPropertyOptional({ description: 'What waits goes on when it is switched on again.' })
  @Omittable()
  @IsBoolean({ message: 'Give true or false.' })
  enabled?: boolean;
}

const HOURS_MESSAGE = { message: 'Give a whole number of hours from 0 to 168.' };

export class ReplaceSecretBody {
  @ApiPropertyOptional(SECRET_SCHEMA)
  @Omittable()
  @IsLine(1, 120)
  secret?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 168,
    default: 24,
    description:
      'So long messages carry the old signature beside the new one, so that the receiver can change over in its own time. 0: a secret that leaked.',
  })
  @Omittable()
  @IsInt(HOURS_MESSAGE)
  @Min(0, HOURS_MESSAGE)
  @Max(168, HOURS_MESSAGE)
  oldValidHours: number = 24;
}

/** A webhook without its secret. */
export class WebhookDto implements Webhook {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({
    ...URL_SCHEMA,
    description: 'To callers without the scope `operate` its host alone: the rest may hold a token.',
  })
  url!: string;

  @ApiProperty(EVENTS_SCHEMA)
  events!: NoticeType[];

  @ApiPropertyOptional({ type: String, description: 'Absent: of all providers.' })
  providerId?: ProviderId;

  @ApiProperty()
  enabled!: boolean;

  @ApiPropertyOptional({ description: 'Why it was switched off by itself.' })
  disabledReason?: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export class CreatedWebhookDto extends WebhookDto {
  @ApiProperty({
    description: 'What messages are signed with. Keep it: it is not shown again.',
    example: 'whsec_…',
  })
  secret!: string;
}

export class ReplacedSecretDto implements ReplacedSecret {
  @ApiProperty({
    description: 'What messages are signed with. Keep it: it is not shown again.',
    example: 'whsec_…',
  })
  secret!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: "Until then messages carry the old secret's signature too; absent: it is void.",
  })
  oldValidUntil?: string;
}

export class WebhookListDto {
  @ApiProperty({ type: [WebhookDto], description: 'Oldest first; 100 at most.' })
  webhooks!: WebhookDto[];
}

export class DeliveryDto implements WebhookDelivery {
  @ApiProperty({ format: 'uuid', description: 'The `webhook-id` of the message, the same on every attempt.' })
  id!: string;

  @ApiProperty({ enum: [...NOTICE_TYPES, 'webhook.test'] })
  type!: NoticeBody['type'];

  @ApiPropertyOptional({ type: String })
  providerId?: ProviderId;

  @ApiProperty({ enum: DELIVERY_STATES, description: 'failed: no attempt is left.' })
  state!: DeliveryState;

  @ApiProperty({ type: 'integer' })
  attempts!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiPropertyOptional({ format: 'date-time' })
  lastAttemptAt?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Absent unless it is due.' })
  nextAttemptAt?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'Absent when no answer came.' })
  lastStatus?: number;

  @ApiPropertyOptional({ description: 'Why the last attempt failed.' })
  lastError?: string;
}

export class DeliveryListDto {
  @ApiProperty({ type: [DeliveryDto], description: 'Newest first; kept for 30 days.' })
  deliveries!: DeliveryDto[];

  @ApiPropertyOptional({ description: 'Hand it back as `cursor` for the next page; absent on the last.' })
  nextCursor?: string;
}
