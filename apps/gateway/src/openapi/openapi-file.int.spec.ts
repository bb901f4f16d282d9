import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { describeApi } from './describe-api.js';

it('the committed OpenAPI file says what the controllers say: `npm run openapi` writes it anew', async () => {
  const file = new URL('../../../../docs/api/openapi.json', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(await describeApi());
});
