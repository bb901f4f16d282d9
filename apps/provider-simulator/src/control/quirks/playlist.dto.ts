import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import {
  ATTRIBUTE_QUOTES,
  CHARSETS,
  LINE_ENDS,
  PLAYLIST_STAND_INS,
  VALIDATORS,
  type PlaylistQuirks,
} from '../../quirks/playlist.quirks.js';

export class PlaylistDto implements PlaylistQuirks {
  @IsOptional()
  @IsBoolean()
  bom?: boolean;

  @IsOptional()
  @IsIn(Object.keys(LINE_ENDS))
  lineEnd?: PlaylistQuirks['lineEnd'];

  @IsOptional()
  @IsIn(CHARSETS)
  charset?: PlaylistQuirks['charset'];

  @IsOptional()
  @IsBoolean()
  noHeader?: boolean;

  @IsOptional()
  @IsIn(ATTRIBUTE_QUOTES)
  quotes?: PlaylistQuirks['quotes'];

  @IsOptional()
  @IsBoolean()
  commaInQuotes?: boolean;

  @IsOptional()
  @IsBoolean()
  lastWithoutUrl?: boolean;

  @IsOptional()
  @IsBoolean()
  tokens?: boolean;

  @IsOptional()
  @IsBoolean()
  encrypted?: boolean;

  @IsOptional()
  @IsBoolean()
  gzipFile?: boolean;

  @IsOptional()
  @IsIn(PLAYLIST_STAND_INS)
  instead?: PlaylistQuirks['instead'];

  @IsOptional()
  @IsIn(VALIDATORS)
  validators?: PlaylistQuirks['validators'];
}
