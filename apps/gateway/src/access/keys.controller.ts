import { Body, Controller, Delete, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  CreatedKeyDto,
  CreateKeyBody,
  KeyDto,
  KeyListDto,
  KeyParams,
  PageQuery,
} from '@catalogue-sync/contracts/rest';
import type { FastifyReply } from 'fastify';
import { KeepsNoAnswer } from '../http/keeps-no-answer.js';
import { ApiProblems } from '../openapi/problem-answers.js';
import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { invalidField, ProblemError } from '../problem/problem-error.js';
import { RequiresScope } from '../security/requires-scope.js';
import { ApiKeyStore, type ApiKey } from './api-key.store.js';
import { CurrentCaller, type Caller } from './caller.js';

/** API keys, for those who may hand them out. */
@ApiTags('access')
@ApiProblems({
  400: 'A field is not valid: see errors.',
  503: 'The database does not answer: see Retry-After.',
})
@RequiresScope('admin')
@Controller('api/keys')
export class KeysController {
  constructor(private readonly keys: ApiKeyStore) {}

  @Post()
  @KeepsNoAnswer('the whole key stands in it')
  @RequiresScope('admin')
  @ApiOperation({
    operationId: 'createKey',
    summary: 'Make an API key',
    description: 'The answer is the only place where the whole key stands.',
  })
  @ApiCreatedResponse({ type: CreatedKeyDto, headers: { Location: { schema: { type: 'string' } } } })
  async create(
    @Body() { name, scopes, expiresAt }: CreateKeyBody,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedKeyDto> {
    if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now())
      throw invalidField('expiresAt', 'Give a time that is still to come.');
    const { apiKey, key } = await this.keys.create({ name, scopes, expiresAt, createdBy: caller.name });
    void reply.header('location', `/api/keys/${apiKey.id}`);
    return Object.assign(toDto(apiKey), { key });
  }

  @Get()
  @ApiOperation({ operationId: 'listKeys', summary: 'List API keys, newest first, revoked ones among them' })
  @ApiOkResponse({ type: KeyListDto })
  async list(@Query() { limit, cursor }: PageQuery): Promise<KeyListDto> {
    const found = await this.keys.list(limit + 1, cursor === undefined ? undefined : readCursor(cursor));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      keys: page.map(toDto),
      ...(found.length > limit && last !== undefined
        ? { nextCursor: encodeCursor(`${last.createdAt} ${last.id}`) }
        : {}),
    };
  }

  @Delete(':id')
  @RequiresScope('admin')
  @ApiOperation({
    operationId: 'revokeKey',
    summary: 'Revoke an API key',
    description: 'At once, with the sessions that go back to it. It stays in the list.',
  })
  @ApiOkResponse({ type: KeyDto })
  @ApiProblems({ 404: 'There is no such key.' })
  async revoke(@Param() { id }: KeyParams): Promise<KeyDto> {
    const apiKey = await this.keys.revoke(id);
    if (apiKey === undefined)
      throw new ProblemError('key-not-found', 'There is no such key; GET /api/keys lists them.');
    return toDto(apiKey);
  }
}

function readCursor(cursor: string): { createdAt: string; id: string } {
  const [createdAt = '', id = ''] = decodeCursor(cursor).split(' ');
  if (Number.isNaN(Date.parse(createdAt)) || id === '')
    throw invalidField('cursor', 'Hand back the nextCursor of the page before, or leave it out.');
  return { createdAt, id };
}

function toDto({ id, name, scopes, createdAt, createdBy, expiresAt, lastUsedAt, revokedAt }: ApiKey): KeyDto {
  return {
    id,
    name,
    scopes,
    createdAt,
    createdBy,
    ...(expiresAt === null ? {} : { expiresAt }),
    ...(lastUsedAt === null ? {} : { lastUsedAt }),
    ...(revokedAt === null ? {} : { revokedAt }),
  };
}
