import { IsIn, IsOptional, Matches } from 'class-validator';
import { ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import { CATALOGUE_NAME } from './catalogue.dto.js';

export class CatalogueName {
  @Matches(CATALOGUE_NAME, {
    message: 'the name must be letters, digits, "-" or "_", and not "control" or "c"',
  })
  name!: string;
}

export class ExpectedQuery {
  @IsOptional()
  @IsIn(ITEM_KINDS)
  kind?: ItemKind;
}
