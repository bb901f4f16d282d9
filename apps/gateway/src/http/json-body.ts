import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problem/problem-error.js';
import { BODY_LIMIT_BYTES } from './fastify.js';

const NOT_JSON = 'The body is not valid JSON: check quotes, commas and brackets.';

/**
 * Bodies are JSON, and nothing else: a form of any web page could send the others. An empty body is none, for many clients send
 * `Content-Type: application/json` with every request.
 */
export function readJsonOnly(app: NestFastifyApplication): void {
  const options = { bodyLimit: BODY_LIMIT_BYTES };
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', options, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else
      void parse(request as FastifyRequest, body.toString('utf8'), (error, value) => {
        // The parser's own message quotes the body, which may hold a password.
        if (error === null) done(null, value);
        else done(new ProblemError('malformed-body', NOT_JSON), undefined);
      });
  });
  // Nest reads forms unless they have a parser already.
  app.useBodyParser('application/x-www-form-urlencoded', options, (_request, _body, done) => {
    done(new UnsupportedMediaTypeException());
  });
}
