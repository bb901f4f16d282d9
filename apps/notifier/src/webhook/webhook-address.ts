import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import type { AllowedPrivateHosts } from '@catalogue-sync/providers';

const LONGEST = 2_000;
/** A name server has so long; a name that is not known yet may be known when a message is due. */
const LOOKUP_MS = 2_000;

/**
 * Reads the URL of a webhook. Throws `invalid-request`, and `address-not-allowed` for one that leads where webhooks may not lead. It is a help
 * for who types it: what counts is the check when a connection is made.
 */
export async function readWebhookUrl(value: unknown, permitted: AllowedPrivateHosts): Promise<string> {
  const url = typeof value === 'string' && value.length <= LONGEST ? URL.parse(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw invalidUrl('Give a whole http or https URL without a user name and password in it.');
  url.hash = '';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await addressesOf(host) : [host];
  if (addresses.length > 0 && !addresses.some((address) => permitted.permits(host, address)))
    throw new CatalogueSyncError(
      ERROR_CODE.addressNotAllowed,
      "This address leads to this machine or into a private network. If that is meant, an operator adds its host to the notifier's ALLOWED_PRIVATE_HOSTS.",
      { field: 'url' },
    );
  return url.href;
}

async function addressesOf(host: string): Promise<string[]> {
  const found = lookup(host, { all: true }).then(
    (answers) => answers.map(({ address }) => address),
    () => [],
  );
  return Promise.race([found, pause(LOOKUP_MS, [], { ref: false })]);
}

function invalidUrl(message: string): CatalogueSyncError {
  return new CatalogueSyncError(ERROR_CODE.invalidRequest, message, { field: 'url' });
}
