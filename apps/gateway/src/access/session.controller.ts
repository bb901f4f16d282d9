import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SessionDto, StartSessionBody } from '@catalogue-sync/contracts/rest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuditLogStore } from '../audit/audit-log.store.js';
import { KeepsNoAnswer } from '../http/keeps-no-answer.js';
import { ApiProblems } from '../openapi/problem-answers.js';
import { ProblemError } from '../problem/problem-error.js';
import { addressOf } from '../security/client-address.js';
import { RequestRates } from '../security/request-rates.js';
import { Public, RequiresLogin } from '../security/requires-scope.js';
import { notAccepted } from './access-refusal.js';
import { AdminKey } from './admin-key.js';
import { Authenticator } from './authenticator.js';
import { CurrentCaller, type Caller } from './caller.js';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';
import { SessionStore } from './session.store.js';

/** The session of a browser, held by a cookie that its scripts cannot read. */
@ApiTags('access')
@ApiProblems({ 401: 'The token or key is not good, or nobody is signed in.' })
@Controller('api/session')
export class SessionController {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionStore,
    private readonly adminKey: AdminKey,
    private readonly auditLog: AuditLogStore,
    private readonly rates: RequestRates,
  ) {}

  @Post()
  @KeepsNoAnswer('it sets the cookie of a session')
  @Public('signing in is how one comes to be known')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'startSession',
    summary: 'Sign in with a login link or an API key',
    description: 'Sets a cookie for this browser: it ends after 7 days, or 12 hours without use.',
  })
  @ApiOkResponse({ type: SessionDto })
  async start(
    @Body() { token, key }: StartSessionBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    if ((token === undefined) === (key === undefined))
      throw new ProblemError('invalid-request', 'Give either the token of a login link or an API key.');
    const owner = await this.ownerOf(token, key, addressOf(request));
    const { token: cookie, session } = await this.sessions.create(owner);
    await this.logSignIn(session, request);
    setSessionCookie(request, reply, cookie);
    return toDto(session);
  }

  @Get()
  @RequiresLogin()
  @ApiOperation({ operationId: 'getSession', summary: 'Who is asking, and what they may do' })
  @ApiOkResponse({ type: SessionDto })
  get(@CurrentCaller() caller: Caller): SessionDto {
    return toDto(caller);
  }

  @Delete()
  @RequiresLogin()
  @HttpCode(204)
  @ApiOperation({ operationId: 'endSession', summary: 'Sign out' })
  @ApiNoContentResponse()
  async end(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (caller.kind === 'session') await this.sessions.end(caller.id);
    clearSessionCookie(request, reply);
  }

  private async ownerOf(
    token: string | undefined,
    key: string | undefined,
    address: string,
  ): Promise<Pick<Caller, 'keyId' | 'name' | 'scopes'>> {
    try {
      if (key !== undefined) return await this.authenticator.callerOfKey(key);
      const owner = await this.sessions.redeemLink(token ?? '', this.adminKey.id);
      if (owner === undefined) throw notAccepted('login link');
      return owner;
    } catch (error) {
      if (error instanceof ProblemError) this.rates.countFailedSignIn(address);
      throw error;
    }
  }

  /** Nobody is known before, so that it cannot be logged where other changes are. */
  private async logSignIn(caller: Caller, request: FastifyRequest): Promise<void> {
    const change = { caller, address: addressOf(request), action: 'startSession', subject: {}, fields: {} };
    await this.auditLog.end(await this.auditLog.begin(change), { status: 200, subject: {} });
  }
}

function toDto({ kind, id, name, scopes, expiresAt }: Caller): SessionDto {
  return { kind, id, name, scopes: [...scopes], ...(expiresAt === undefined ? {} : { expiresAt }) };
}
