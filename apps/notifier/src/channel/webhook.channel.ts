import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { createGuardedAgent, type AllowedPrivateHosts } from '@catalogue-sync/providers';
import type { Secrets } from '../webhook/secret-box.js';
import type { Attempt, Channel, OutgoingMessage } from './channel.js';

/** A receiver has so long to answer, connecting included, ms. */
const ANSWER_MS = 15_000;
/** Of an answer's body nothing is used; a longer one costs the connection, bytes. */
const BODY_READ_AT_MOST = 16_384;
const GONE = 410;

export interface WebhookAddress {
  url: string;
  /** Each `whsec_` and base64; a message carries a signature of every one. */
  secrets: Secrets;
}

/**
 * Posts messages signed as Standard Webhooks 1.0 has it: `webhook-id`, `webhook-timestamp` (seconds), `webhook-signature` (`v1,` and the
 * base64 HMAC-SHA256 over all three, one for each secret, separated by spaces). Redirects are not followed, and are failures.
 */
export class WebhookChannel implements Channel<WebhookAddress> {
  private readonly agent;

  constructor(allowed: AllowedPrivateHosts) {
    this.agent = createGuardedAgent(allowed, { connectTimeoutMs: ANSWER_MS, pipelining: 0 });
  }

  async deliver({ url, secrets }: WebhookAddress, { id, at, body }: OutgoingMessage): Promise<Attempt> {
    const time = new Date(at);
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: this.agent,
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'catalogue-sync',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at / 1_000)),
          'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, time, body)).join(' '),
        },
        body,
      });
      const status = answer.statusCode;
      await answer.body.dump({ limit: BODY_READ_AT_MOST }).catch(() => undefined);
      if (status >= 200 && status < 300) return { outcome: 'delivered', status };
      if (status === GONE)
        return { outcome: 'gone', status, error: 'The receiver answered 410: it wants no more.' };
      return { outcome: 'failed', status, error: `The receiver answered ${status}.` };
    } catch (error) {
      return { outcome: 'failed', error: describe(error) };
    }
  }

  async close(): Promise<void> {
    await this.agent.close();
  }
}

/** Holds neither the URL, whose path may be a secret, nor what addresses its name has. */
function describe(error: unknown): string {
  if (error instanceof CatalogueSyncError && error.code === ERROR_CODE.addressNotAllowed)
    return "The address leads to this machine or into a private network. If that is meant, an operator adds its host to the notifier's ALLOWED_PRIVATE_HOSTS.";
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (name === 'TimeoutError') return `The receiver did not answer within ${ANSWER_MS / 1_000} s.`;
  return `No answer came (${typeof code === 'string' ? code : 'unknown trouble'}).`;
}
