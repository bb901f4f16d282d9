import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeApi } from './openapi/describe-api.js';

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Name the file: node apps/gateway/dist/write-openapi.js docs/api/openapi.json\n');
  process.exit(2);
}
await mkdir(dirname(file), { recursive: true });
await writeFile(file, await describeApi());
