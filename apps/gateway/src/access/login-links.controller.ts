import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CreateLoginLinkBody, LoginLinkDto } from '@catalogue-sync/contracts/rest';
import { KeepsNoAnswer } from '../http/keeps-no-answer.js';
import { ApiProblems } from '../openapi/problem-answers.js';
import { RequiresScope } from '../security/requires-scope.js';
import { CurrentCaller, type Caller } from './caller.js';
import { SessionStore } from './session.store.js';

/** Links that sign a browser in without showing it a key. */
@ApiTags('access')
@ApiProblems({ 400: 'A field is not valid: see errors.' })
@Controller('api/login-links')
export class LoginLinksController {
  constructor(private readonly sessions: SessionStore) {}

  @Post()
  @KeepsNoAnswer('the token signs in')
  @RequiresScope('admin')
  @ApiOperation({ operationId: 'createLoginLink', summary: 'Make a login link: good once, for 15 minutes' })
  @ApiBody({ type: CreateLoginLinkBody, required: false })
  @ApiCreatedResponse({ type: LoginLinkDto })
  async create(
    @Body() { scopes }: CreateLoginLinkBody,
    @CurrentCaller() caller: Caller,
  ): Promise<LoginLinkDto> {
    const { token, expiresAt } = await this.sessions.createLink(caller, scopes ?? caller.scopes);
    return { token, path: `/login?token=${token}`, expiresAt: expiresAt.toISOString() };
  }
}
