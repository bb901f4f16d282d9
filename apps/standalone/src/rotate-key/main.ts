import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rotateCredentialsKey } from './rotate-credentials-key.js';

/** As built beside us. */
const commandOf = (service: string) =>
  fileURLToPath(new URL(`../../../${service}/dist/rotate-key/main.js`, import.meta.url));

try {
  const { values } = parseArgs({ options: { 'data-dir': { type: 'string' } }, strict: true });
  const folder =
    values['data-dir'] === undefined
      ? resolve('.data')
      : resolve(process.env.INIT_CWD ?? process.cwd(), values['data-dir']);
  const commands = { fetcher: commandOf('fetcher'), notifier: commandOf('notifier') };
  process.stdout.write(await rotateCredentialsKey(folder, commands));
  process.stdout.write(
    `${folder}/credentials.key holds the new key: replace the copies that you keep of it.\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
