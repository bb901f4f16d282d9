import { ApiProperty } from '@nestjs/swagger';
import { PRESENT_SERVICES, type PresentService } from '../presence.js';
import { STREAM, type StreamName } from '../streams.js';

export class ReplicaDto {
  @ApiProperty({ example: 'fetcher-1', description: 'Its name among those of its service.' })
  name!: string;

  @ApiProperty({ format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ description: 'Process id, on its own machine.' })
  pid!: number;

  @ApiProperty({ description: 'Resident memory.' })
  memoryBytes!: number;
}

export class ServiceDto {
  @ApiProperty({ enum: PRESENT_SERVICES, enumName: 'ServiceName' })
  name!: PresentService;

  @ApiProperty({ type: [ReplicaDto], description: 'Those that answer now; none when the service is down.' })
  replicas!: ReplicaDto[];
}

export class ConsumerDto {
  @ApiProperty({ example: 'reconciler-p1' })
  name!: string;

  @ApiProperty({ type: [String], description: 'What it reads of its stream.' })
  subjects!: string[];

  @ApiProperty({ description: 'Its lag: messages that it was not given yet.' })
  pending!: number;

  @ApiProperty({ description: 'Messages that it was given and has not acknowledged.' })
  unacknowledged!: number;

  @ApiProperty({ description: 'Those of them that it was given more than once.' })
  redelivered!: number;
}

export class StreamDto {
  @ApiProperty({ enum: Object.values(STREAM), enumName: 'StreamName' })
  name!: StreamName;

  @ApiProperty()
  messages!: number;

  @ApiProperty()
  bytes!: number;

  @ApiProperty({ description: 'Consumers in all.' })
  consumerCount!: number;

  @ApiProperty({
    type: [ConsumerDto],
    description: 'Those with the most pending messages first, 100 at most.',
  })
  consumers!: ConsumerDto[];
}

export class SystemDto {
  @ApiProperty({ type: [ServiceDto] })
  services!: ServiceDto[];

  @ApiProperty({ type: [StreamDto], description: 'Streams that do not exist (yet) are left out.' })
  streams!: StreamDto[];
}
