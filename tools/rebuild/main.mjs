// `npm run rebuild -- --provider <id>`: has a provider's catalogue built anew from its event log, and tells what was not right.
//   --url <gateway>          or CATALOGUE_SYNC_URL; default: http://127.0.0.1:3000
//   --api-key-file <file>    or CATALOGUE_SYNC_API_KEY, CATALOGUE_SYNC_API_KEY_FILE: a key that may operate
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { reportText } from './report-text.mjs';

const LOOK_EVERY_MS = 500;

const { values } = parseArgs({
  options: {
    provider: { type: 'string' },
    url: { type: 'string', default: process.env.CATALOGUE_SYNC_URL ?? 'http://127.0.0.1:3000' },
    'api-key-file': { type: 'string' },
  },
});
if (values.provider === undefined) fail('Name the provider: npm run rebuild -- --provider <id>');
if (!URL.canParse(values.url)) fail(`"${values.url}" is no address of a gateway.`);
const address = new URL(`/api/providers/${encodeURIComponent(values.provider)}/rebuild`, values.url);
const key = readKey();

let rebuild = await call('POST');
while (rebuild.state === 'running') {
  tell(`${rebuild.eventsRead} of ${rebuild.eventsTotal} events read`);
  await sleep(LOOK_EVERY_MS);
  ({ rebuild } = await call('GET'));
}
if (rebuild.state === 'failed') fail(`The rebuild failed, and nothing was changed: ${rebuild.reason}`);
for (const line of reportText(rebuild.report)) console.log(line);

async function call(method) {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const answer = await fetch(address, { method, headers }).catch((error) =>
    fail(`The gateway at ${address.origin} does not answer: ${error.cause?.message ?? error.message}`),
  );
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) fail(`${answer.status}: ${body.detail ?? answer.statusText}`);
  return body;
}

function readKey() {
  const file = values['api-key-file'] ?? process.env.CATALOGUE_SYNC_API_KEY_FILE;
  if (values['api-key-file'] === undefined && process.env.CATALOGUE_SYNC_API_KEY !== undefined)
    return process.env.CATALOGUE_SYNC_API_KEY.trim();
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    return fail(`The file with the key cannot be read: ${error.message}`);
  }
}

/** Progress: one line that is written over on a terminal. */
function tell(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001B[K`);
  else console.error(text);
}

function fail(text) {
  console.error(text);
  process.exit(1);
}
