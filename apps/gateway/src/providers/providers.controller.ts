import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { REQUEST } from '@catalogue-sync/contracts';
import {
  CreateProviderBody,
  PageQuery,
  ProviderDeletionDto,
  ProviderDto,
  ProviderListDto,
  ProviderParams,
  UpdateProviderBody,
} from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../openapi/problem-answers.js';
import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { ProblemError } from '../problem/problem-error.js';
import { RequiresScope } from '../security/requires-scope.js';

const NO_PROVIDER = { 404: 'There is no such provider.' };

@ApiTags('providers')
@ApiProblems({ 400: 'A field is not valid: see errors.', 503: 'A service does not answer: see Retry-After.' })
@RequiresScope('read')
@Controller('api/providers')
export class ProvidersController {
  constructor(private readonly services: RequestClient) {}

  @Post()
  @RequiresScope('admin')
  @ApiOperation({ operationId: 'createProvider', summary: 'Add a provider' })
  @ApiCreatedResponse({ type: ProviderDto, headers: { Location: { schema: { type: 'string' } } } })
  async create(
    @Body() body: CreateProviderBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProviderDto> {
    const provider = await this.services.send(REQUEST.createProvider, body);
    void reply.header('location', `/api/providers/${provider.id}`);
    return provider;
  }

  @Get()
  @ApiOperation({ operationId: 'listProviders', summary: 'List providers' })
  @ApiOkResponse({ type: ProviderListDto })
  async list(@Query() query: PageQuery): Promise<ProviderListDto> {
    const { providers, nextCursor } = await this.services.send(REQUEST.listProviders, {
      limit: query.limit,
      ...(query.cursor === undefined ? {} : { cursor: decodeCursor(query.cursor) }),
    });
    return { providers, ...(nextCursor === undefined ? {} : { nextCursor: encodeCursor(nextCursor) }) };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getProvider', summary: 'Show a provider' })
  @ApiOkResponse({ type: ProviderDto })
  @ApiProblems(NO_PROVIDER)
  get(@Param() { id }: ProviderParams): Promise<ProviderDto> {
    return this.services.send(REQUEST.getProvider, { providerId: id });
  }

  @Patch(':id')
  @RequiresScope('admin')
  @ApiOperation({
    operationId: 'updateProvider',
    summary: 'Change name, settings or connection',
    description:
      'A new connection asks for `sameCatalogue: true`; a provider with another catalogue is reset first.',
  })
  @ApiOkResponse({ type: ProviderDto })
  @ApiProblems({
    ...NO_PROVIDER,
    409: 'The connection changes without sameCatalogue, or the provider is being deleted.',
  })
  update(
    @Param() { id }: ProviderParams,
    @Body() { name, settings, connection, sameCatalogue }: UpdateProviderBody,
  ): Promise<ProviderDto> {
    if (name === undefined && settings === undefined && connection === undefined)
      throw new ProblemError('invalid-request', 'Nothing to change: give name, settings or connection.');
    return this.services.send(REQUEST.updateProvider, {
      providerId: id,
      ...(name === undefined ? {} : { name }),
      ...(settings === undefined ? {} : { settings }),
      ...(connection === undefined ? {} : { connection }),
      ...(sameCatalogue === undefined ? {} : { sameCatalogue }),
    });
  }

  @Delete(':id')
  @RequiresScope('admin')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'deleteProvider',
    summary: 'Delete a provider with all that is kept of it',
    description: 'Cancels a sync that is under way. The id is never used again.',
  })
  @ApiAcceptedResponse({ type: ProviderDeletionDto })
  @ApiProblems(NO_PROVIDER)
  delete(@Param() { id }: ProviderParams): Promise<ProviderDeletionDto> {
    return this.services.send(REQUEST.deleteProvider, { providerId: id });
  }

  @Post(':id/reset')
  @RequiresScope('operate')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'resetProvider',
    summary: 'Make the next sync a full one',
    description: 'What was remembered of the last syncs is dropped; ids stay, and nothing is removed.',
  })
  @ApiOkResponse({ type: ProviderDto })
  @ApiProblems({ ...NO_PROVIDER, 409: 'A sync is active, or the provider is being deleted.' })
  reset(@Param() { id }: ProviderParams): Promise<ProviderDto> {
    return this.services.send(REQUEST.resetProvider, { providerId: id });
  }
}
