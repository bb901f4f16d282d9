import { BadRequestException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, ERROR_CODE, type ErrorCode } from '@catalogue-sync/contracts';
import { PROBLEM_KINDS } from './problem-catalogue.js';
import { ProblemError } from './problem-error.js';
import { toProblem } from './to-problem.js';

const place = { method: 'GET', path: '/api/x', requestId: 'r1' };

describe('toProblem', () => {
  it.each(Object.values(ERROR_CODE))('answers %s with its own status, title and type', (code) => {
    const { body } = toProblem(new CatalogueSyncError(code, 'Do this.'), place);
    expect(body).toMatchObject({
      code,
      type: `/problems/${code}`,
      status: PROBLEM_KINDS[code].status,
      title: PROBLEM_KINDS[code].title,
      instance: '/api/x',
      requestId: 'r1',
    });
  });

  it('passes the words of a service on, and names the field', () => {
    const error = new CatalogueSyncError('invalid-request', 'Give a shorter name.', { field: 'name' });
    expect(toProblem(error, place).body).toMatchObject({
      detail: 'Give a shorter name.',
      errors: [{ field: 'name', message: 'Give a shorter name.' }],
    });
  });

  it.each([
    new Error('password=hunter2 at /srv/secret.ts'),
    new CatalogueSyncError('internal', 'password=hunter2'),
    new CatalogueSyncError('from-the-future' as ErrorCode, 'password=hunter2'),
    'password=hunter2',
    undefined,
  ])('tells nothing of an unknown error (%#)', (thrown) => {
    const { body } = toProblem(thrown, place);
    expect(body).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('does not repeat what a framework quotes', () => {
    const { body } = toProblem(new BadRequestException('Unexpected token in {"password":"hunter2"'), place);
    expect(body).toMatchObject({ status: 400, code: 'malformed-request' });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it.each([
    [new NotFoundException('Cannot GET /api/x'), 404, 'route-not-found'],
    [new BadRequestException('x'), 400, 'malformed-request'],
    [{ statusCode: 413 }, 413, 'body-too-large'],
    [{ statusCode: 415 }, 415, 'unsupported-media-type'],
    [{ statusCode: 414 }, 400, 'malformed-request'],
    [{ statusCode: 418 }, 500, 'internal'],
    [{ statusCode: 'x' }, 500, 'internal'],
  ])('reads framework errors by status (%#)', (thrown, status, code) => {
    expect(toProblem(thrown, place).body).toMatchObject({ status, code });
  });

  it('says when to try again', () => {
    const { headers } = toProblem(new CatalogueSyncError('service-unavailable', 'x'), place);
    expect(headers).toEqual({ 'retry-after': '5' });
  });

  it('carries headers of the edge', () => {
    const error = new ProblemError('method-not-allowed', 'x', { headers: { allow: 'GET' } });
    expect(toProblem(error, place)).toMatchObject({ headers: { allow: 'GET' }, body: { status: 405 } });
  });
});
