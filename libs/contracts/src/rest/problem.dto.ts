import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Media type of every error answer (RFC 9457). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export class FieldErrorDto {
  @ApiProperty({ description: 'Path of the field, parted by dots.', example: 'connection.mac' })
  field!: string;

  @ApiProperty()
  message!: string;
}

/** An error answer by RFC 9457. */
export class ProblemDto {
  @ApiProperty({ format: 'uri-reference', example: '/problems/provider-not-found' })
  type!: string;

  @ApiProperty({ example: 'Provider not found' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 404 })
  status!: number;

  @ApiProperty({ description: 'What is wrong here, and what to do.' })
  detail!: string;

  @ApiProperty({ description: 'Stable code for programs.', example: 'provider-not-found' })
  code!: string;

  @ApiProperty({ format: 'uri-reference', description: 'The path that was asked.' })
  instance!: string;

  @ApiProperty({ description: 'Names this request in the logs.' })
  requestId!: string;

  @ApiPropertyOptional({ type: [FieldErrorDto], description: 'The fields it concerns.' })
  errors?: FieldErrorDto[];
}
