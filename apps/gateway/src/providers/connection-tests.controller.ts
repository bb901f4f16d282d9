import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { REQUEST } from '@catalogue-sync/contracts';
import { ConnectionReportDto, ProviderParams, TestConnectionBody } from '@catalogue-sync/contracts/rest';
import { RequestClient } from '@catalogue-sync/messaging';
import { ApiProblems } from '../openapi/problem-answers.js';
import { RequiresScope } from '../security/requires-scope.js';

/** Reaching, logging in and counting take several slow requests to the provider, ms. */
const TEST_TIMEOUT_MS = 90_000;

/** Tests connections; a failing one is an answer (`ok: false`), not an error. */
@ApiTags('providers')
@ApiProblems({ 400: 'A field is not valid: see errors.', 503: 'A service does not answer: see Retry-After.' })
@Controller('api/providers')
export class ConnectionTestsController {
  constructor(private readonly services: RequestClient) {}

  @Post('test')
  @RequiresScope('admin')
  @HttpCode(200)
  @ApiOperation({ operationId: 'testConnection', summary: 'Test a connection without saving it' })
  @ApiOkResponse({ type: ConnectionReportDto })
  testUnsaved(@Body() { connection }: TestConnectionBody): Promise<ConnectionReportDto> {
    return this.services.send(REQUEST.testProvider, { connection }, { timeoutMs: TEST_TIMEOUT_MS });
  }

  @Post(':id/test')
  @RequiresScope('operate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'testProvider', summary: "Test a provider's connection" })
  @ApiOkResponse({ type: ConnectionReportDto })
  @ApiProblems({ 404: 'There is no such provider.' })
  testSaved(@Param() { id }: ProviderParams): Promise<ConnectionReportDto> {
    return this.services.send(REQUEST.testProvider, { providerId: id }, { timeoutMs: TEST_TIMEOUT_MS });
  }
}
