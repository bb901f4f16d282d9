import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, Matches } from 'class-validator';
import { PROTOCOLS, type Protocol } from '../scope.js';

/** A provider to try things on. */
export class DemoProviderDto {
  @ApiProperty({ description: 'What its catalogue is called.', example: 'demo-xtream' })
  catalogue!: string;

  @ApiProperty({ description: 'A name for people.' })
  name!: string;

  @ApiProperty({ enum: PROTOCOLS })
  protocol!: Protocol;

  @ApiProperty({ description: 'Scheme, host and port, as the provider has it.' })
  origin!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Hand it to POST /api/providers as `connection`.',
  })
  connection!: Record<string, unknown>;

  @ApiProperty({ description: 'Whether it lists only a part of its items now.' })
  outage!: boolean;
}

export class DemoDto {
  @ApiProperty({ type: [DemoProviderDto] })
  providers!: DemoProviderDto[];
}

export class DemoParams {
  @ApiProperty({ pattern: '^[A-Za-z0-9_-]{1,64}$' })
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, {
    message: 'Give the name of a demo catalogue, as GET /api/demo has it.',
  })
  catalogue!: string;
}

export class DemoOutageBody {
  @ApiProperty({ description: 'True: from now on it lists a tenth of its items. False: all again.' })
  @IsBoolean({ message: 'Give true or false.' })
  on!: boolean;
}

/** How much changed at the provider. */
export class DemoDayDto {
  @ApiProperty({ type: 'integer' })
  added!: number;

  @ApiProperty({ type: 'integer' })
  edited!: number;

  @ApiProperty({ type: 'integer' })
  removed!: number;
}
