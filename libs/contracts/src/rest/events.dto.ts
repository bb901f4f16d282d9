import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { EVENT_TYPE, type EventType } from '../events.js';
import { ITEM_KINDS, type ItemKind } from '../item.js';
import { IntegerText, Omittable } from './field-rules.js';

export class EventStreamQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    default: 0,
    description:
      "Events after this sequence number: a snapshot's asOfSeq, or the nextAfter of the answer before.",
  })
  @Omittable()
  @IntegerText()
  @IsInt({ message: 'Give a sequence number: a whole number from 0.' })
  @Min(0, { message: 'Give a sequence number: a whole number from 0.' })
  after: number = 0;
}

export class EventsQuery extends EventStreamQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, default: 100 })
  @Omittable()
  @IntegerText()
  @IsInt({ message: 'Give a whole number from 1 to 1000.' })
  @Min(1, { message: 'Give a whole number from 1 to 1000.' })
  @Max(1000, { message: 'Give a whole number from 1 to 1000.' })
  limit: number = 100;

  @ApiPropertyOptional({ enum: Object.values(EVENT_TYPE), description: 'Only events of this type.' })
  @Omittable()
  @IsIn(Object.values(EVENT_TYPE), { message: `Give one of ${Object.values(EVENT_TYPE).join(', ')}.` })
  type?: EventType;

  @ApiPropertyOptional({ enum: ITEM_KINDS, description: 'Only events of items of this kind.' })
  @Omittable()
  @IsIn(ITEM_KINDS, { message: 'Give channel, movie or series.' })
  kind?: ItemKind;
}

export class CatalogueEventDto {
  @ApiProperty({ type: 'integer', description: 'Without a gap within the provider: 1, 2, 3 …' })
  seq!: number;

  @ApiProperty({ enum: Object.values(EVENT_TYPE) })
  type!: string;

  @ApiProperty({ format: 'date-time' })
  time!: string;

  @ApiPropertyOptional({ description: 'The item or category it is about.' })
  subject?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  jobId?: string;

  @ApiPropertyOptional({ description: 'Why an item was updated: changed, recategorised or remapped.' })
  reason?: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: "The event's body." })
  data!: Record<string, unknown>;
}

export class EventPageDto {
  @ApiProperty({ type: [CatalogueEventDto] })
  events!: CatalogueEventDto[];

  @ApiProperty({
    type: 'integer',
    description: 'Ask with `after=` this for what follows; with a filter also when the page is empty.',
  })
  nextAfter!: number;

  @ApiProperty({
    type: 'integer',
    description: "The log's last sequence number: when nextAfter equals it, all is read.",
  })
  head!: number;
}
