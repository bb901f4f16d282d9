import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditListDto, AuditQuery } from '@catalogue-sync/contracts/rest';
import { ApiProblems } from '../openapi/problem-answers.js';
import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { invalidField } from '../problem/problem-error.js';
import { RequiresScope } from '../security/requires-scope.js';
import { AuditLogStore } from './audit-log.store.js';

/** Who changed what, and when. */
@ApiTags('access')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  503: 'The database does not answer: see Retry-After.',
})
@RequiresScope('admin')
@Controller('api/audit')
export class AuditController {
  constructor(private readonly log: AuditLogStore) {}

  @Get()
  @ApiOperation({ operationId: 'listAudit', summary: 'The log of changes, newest first' })
  @ApiOkResponse({ type: AuditListDto })
  async list(@Query() { limit, cursor, provider, actor }: AuditQuery): Promise<AuditListDto> {
    const before = cursor === undefined ? undefined : readCursor(cursor);
    const found = await this.log.list(limit + 1, { before, provider, actor });
    const entries = found.slice(0, limit);
    const last = entries.at(-1);
    return {
      entries,
      ...(found.length > limit && last !== undefined ? { nextCursor: encodeCursor(last.id) } : {}),
    };
  }
}

function readCursor(cursor: string): string {
  const id = decodeCursor(cursor);
  if (!/^\d{1,18}$/.test(id))
    throw invalidField('cursor', 'Hand back the nextCursor of the page before, or leave it out.');
  return id;
}
