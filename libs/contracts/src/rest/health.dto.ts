import { ApiProperty } from '@nestjs/swagger';

export class LivenessDto {
  @ApiProperty({ enum: ['up'] })
  status!: 'up';
}

export class ReadinessDto {
  @ApiProperty({
    enum: ['up', 'degraded', 'down'],
    description: 'Degraded: a service does not answer, and what needs it fails; the rest works.',
  })
  status!: 'up' | 'degraded' | 'down';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['up', 'down'] },
    example: {
      database: 'up',
      nats: 'up',
      fetcher: 'up',
      reconciler: 'up',
      snapshot: 'up',
      scheduler: 'up',
      notifier: 'up',
    },
  })
  parts!: Record<string, 'up' | 'down'>;
}
