import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import {
  BAD_ROW_FORMS,
  DATE_FORMS,
  DUPLICATE_FORMS,
  TEXT_FORMS,
  VALUE_TYPES,
  type DateForm,
  type RowQuirks,
  type TextForm,
} from '../../quirks/row.quirks.js';

class SomeItemsDto {
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  every!: number;
}

class DuplicatesDto extends SomeItemsDto {
  @IsIn(DUPLICATE_FORMS)
  form!: (typeof DUPLICATE_FORMS)[number];
}

class BadRowsDto extends SomeItemsDto {
  @IsIn(BAD_ROW_FORMS)
  form!: (typeof BAD_ROW_FORMS)[number];
}

class TextsDto extends SomeItemsDto {
  @IsIn([...TEXT_FORMS, 'mixed'])
  form!: TextForm | 'mixed';
}

class DatesDto extends SomeItemsDto {
  @IsIn([...DATE_FORMS, 'mixed'])
  form!: DateForm | 'mixed';
}

export class RowsDto implements RowQuirks {
  @IsOptional()
  @IsBoolean()
  volatile?: boolean;

  @IsOptional()
  @IsIn(VALUE_TYPES)
  types?: RowQuirks['types'];

  @IsOptional()
  @IsBoolean()
  shuffleMembers?: boolean;

  @IsOptional()
  @ValidateNested()
  @Type(() => DuplicatesDto)
  duplicates?: DuplicatesDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => SomeItemsDto)
  hugeIds?: SomeItemsDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => BadRowsDto)
  bad?: BadRowsDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => TextsDto)
  texts?: TextsDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => DatesDto)
  dates?: DatesDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => SomeItemsDto)
  uncategorised?: SomeItemsDto;
}
