// `npm run api-client`: writes the client's code anew from docs/api/openapi.json. A folder may be named to write it there instead.
import { createClient } from '@hey-api/openapi-ts';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [folder = join(root, 'libs/api-client/src/generated')] = process.argv.slice(2);

await createClient({
  input: join(root, 'docs/api/openapi.json'),
  // Without a tsconfig of the folder that it writes to, it would guess how imports end.
  output: { path: resolve(folder), module: { extension: '.js' }, tsConfigPath: null },
  logs: { level: 'silent', file: false },
  plugins: [
    { name: '@hey-api/client-fetch', throwOnError: true },
    '@hey-api/typescript',
    {
      name: '@hey-api/sdk',
      responseStyle: 'data',
      operations: { strategy: 'single', containerName: 'Operations' },
    },
  ],
});
