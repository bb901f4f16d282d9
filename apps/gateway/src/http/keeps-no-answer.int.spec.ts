import { expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describeApi } from '../openapi/describe-api.js';

const SECRET = /^(secret|key|token|password|cookie)$/i;

it('no answer that is kept for an idempotency key has a field that holds a secret', async () => {
  const { paths, components } = JSON.parse(await describeApi()) as OpenAPIObject;
  const fieldsOf = (answer: unknown): string[] =>
    [...JSON.stringify(answer).matchAll(/#\/components\/schemas\/(\w+)/g)].flatMap(([, name = '']) => {
      const schema = components?.schemas?.[name] as { properties?: object } | undefined;
      return Object.keys(schema?.properties ?? {});
    });
  const posts = Object.values(paths).flatMap(({ post }) => (post === undefined ? [] : [post]));
  const kept = posts.filter((post) => !('x-keeps-no-answer' in post));
  const telling = kept.filter(({ responses }) => fieldsOf(responses).some((field) => SECRET.test(field)));
  expect(telling.map(({ operationId }) => operationId)).toEqual([]);
  // The pattern finds those that are marked, so it would find others.
  const marked = posts.filter((post) => 'x-keeps-no-answer' in post);
  expect(
    marked.filter(({ responses }) => fieldsOf(responses).some((field) => SECRET.test(field))).length,
  ).toBeGreaterThan(1);
  expect(kept.length).toBeGreaterThan(5);
});
