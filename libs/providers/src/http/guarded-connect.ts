import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import type { AllowedPrivateHosts } from './allowed-private-hosts.js';
import { RequestFailure } from './request-failure.js';

type Answer = (error: Error | null, address?: string | LookupAddress[], family?: number) => void;

/**
 * An agent that connects to permitted addresses only. A name is looked up once for each connection, and the connection goes to what was checked: an
 * answer that changes in between cannot lead elsewhere. Redirects are requests like others, and pass here too.
 */
export function createGuardedAgent(
  allowed: AllowedPrivateHosts,
  { connectTimeoutMs, ...options }: Omit<Agent.Options, 'connect'> & { connectTimeoutMs: number },
): Agent {
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    lookup: (host: string, lookupOptions: LookupOptions, answer: Answer) =>
      lookUpPermitted(allowed, host, lookupOptions, answer),
  } as buildConnector.BuildOptions);
  return new Agent({
    ...options,
    connect: (target, callback) => {
      // The host of a URL that is an address is never looked up. URLs write all spellings of one as four numbers or in brackets.
      const host = target.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !allowed.permits(host, host)) callback(addressNotAllowed(), null);
      else connect(target, callback);
    },
  });
}

/** Says what to do; which addresses a name has is not told: that would be a look into a network from outside. */
export function addressNotAllowed(): RequestFailure {
  return new RequestFailure(
    ERROR_CODE.addressNotAllowed,
    'The address leads to this machine or into a private network. If that is meant, an operator adds its host to ALLOWED_PRIVATE_HOSTS.',
    { noConnection: true },
  );
}

function lookUpPermitted(
  allowed: AllowedPrivateHosts,
  host: string,
  options: LookupOptions,
  answer: Answer,
): void {
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return answer(error);
    const permitted = addresses.filter(({ address }) => allowed.permits(host, address));
    const [first] = permitted;
    if (first === undefined) answer(addressNotAllowed());
    else if (options.all === true) answer(null, permitted);
    else answer(null, first.address, first.family);
  });
}
