import { loadConfig } from '@catalogue-sync/hosting';
import { CREDENTIALS_KEYS, renewCredentials } from '@catalogue-sync/persistence';
import { Matches } from 'class-validator';
import { SEALED_SECRETS } from './sealed-secrets.js';

/** What the command reads from the environment: the same as the service. */
class RotateKeyConfig {
  @Matches(/^postgres(ql)?:\/\/\S+$/, { message: 'DATABASE_URL must be the Postgres URL of the notifier' })
  DATABASE_URL!: string;

  @Matches(CREDENTIALS_KEYS, {
    message:
      'CREDENTIALS_KEY must hold the new key and behind it the old one, each 32 random bytes as base64',
  })
  CREDENTIALS_KEY!: string;
}

try {
  const { DATABASE_URL, CREDENTIALS_KEY } = loadConfig(RotateKeyConfig);
  const { renewed, current } = await renewCredentials(DATABASE_URL, SEALED_SECRETS, CREDENTIALS_KEY);
  process.stdout.write(
    `Secrets of webhooks put under the new key: ${renewed}. Under it already: ${current}.\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
