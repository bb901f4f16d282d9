import { plainToInstance, Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, Min, Validate } from 'class-validator';
import { BaseConfig } from '@catalogue-sync/hosting';
import { LOG_LEVELS, type LogLevel } from '@catalogue-sync/observability';
import { NamedCatalogueDto } from './control/catalogue.dto.js';
import { CatalogueListRule } from './control/catalogue-list.rule.js';
import { DEMO_CATALOGUES } from './demo-catalogues.js';

/** Environment of the simulator. */
export class SimulatorConfig extends BaseConfig {
  /** The simulator uses no database. */
  @IsOptional()
  override DATABASE_URL!: never;

  /** The simulator uses no broker. */
  @IsOptional()
  override NATS_URL!: never;

  /** Quiet by default: what a person who starts it by hand wants to see is the banner. */
  @IsIn(LOG_LEVELS)
  override LOG_LEVEL: LogLevel = 'warn';

  /** 0 takes any free port. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  SIMULATOR_PORT: number = 4080;

  @IsString()
  @IsNotEmpty()
  SIMULATOR_HOST: string = '127.0.0.1';

  /** JSON list of creation bodies, each with its `name`. Default: the two demo catalogues. */
  @Transform(({ value }) => catalogueList(value))
  @Validate(CatalogueListRule)
  SIMULATOR_CATALOGUES: NamedCatalogueDto[] = plainToInstance(NamedCatalogueDto, [...DEMO_CATALOGUES]);

  /** File that keeps catalogues and the days that passed over restarts; absent: every start is day 0. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  SIMULATOR_STATE_FILE?: string;
}

/** What the variable's text holds; the text itself, which the rule refuses, when it is no JSON. */
function catalogueList(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return plainToInstance(NamedCatalogueDto, JSON.parse(value) as unknown);
  } catch {
    return value;
  }
}
