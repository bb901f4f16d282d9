import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class EpisodeDto {
  @ApiProperty({ description: 'Names the episode within its series.' })
  id!: string;

  @ApiProperty({ type: 'integer', description: 'From 1; 0 are specials.' })
  season!: number;

  @ApiProperty({ type: 'integer', description: 'Within its season.' })
  number!: number;

  @ApiPropertyOptional()
  name?: string;

  @ApiPropertyOptional()
  description?: string;

  @ApiPropertyOptional({ description: 'A path or an absolute URL, as the posters of items.' })
  poster?: string;

  @ApiPropertyOptional({ format: 'date' })
  releaseDate?: string;

  @ApiPropertyOptional({ type: 'integer' })
  durationMinutes?: number;

  @ApiPropertyOptional({ format: 'date-time' })
  addedAt?: string;

  @ApiPropertyOptional({ example: 'mkv' })
  container?: string;
}

export class EpisodeListDto {
  @ApiProperty({ type: [EpisodeDto] })
  episodes!: EpisodeDto[];

  @ApiProperty({ format: 'date-time', description: 'When the provider was asked.' })
  fetchedAt!: string;
}
