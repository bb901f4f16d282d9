import type { MikroORM } from '@mikro-orm/postgresql';
import type { DatabaseClock } from '@catalogue-sync/persistence';
import type { Attempt, Channel } from '../channel/channel.js';
import type { WebhookAddress } from '../channel/webhook.channel.js';
import type { SecretBox, Secrets } from '../webhook/secret-box.js';
import { claimDelivery, noteAttempt, switchOff, type ClaimedDelivery } from './delivery.store.js';
import { waitAfter } from './retry-waits.js';

/** Receivers that are called at once. */
const LANES = 8;

/** Delivers messages that are due. A webhook gets one at a time: one slow receiver holds up nobody else's. */
export class Deliver {
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly orm: MikroORM,
    private readonly channel: Channel<WebhookAddress>,
    private readonly secrets: SecretBox,
    private readonly clock: DatabaseClock,
    private readonly options: { firstRetryMs: number; log: (line: string) => void },
  ) {}

  /** Begins what can be begun now, and does not wait for its end. */
  async run(): Promise<void> {
    while (this.underWay.size < LANES) {
      const em = this.orm.em.fork();
      const claimed = await claimDelivery(em, await this.clock.now(em), [...this.underWay.keys()]);
      if (claimed === undefined) return;
      const task = this.attempt(claimed)
        .then(() => undefined)
        .catch((error: unknown) =>
          this.options.log(`Delivery ${claimed.id} was not settled: ${String(error)}`),
        )
        .finally(() => this.underWay.delete(claimed.webhookId));
      this.underWay.set(claimed.webhookId, task);
    }
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  /** Makes one attempt and writes down how it went; `last`: no other follows. */
  async attempt(claimed: ClaimedDelivery, last = false): Promise<void> {
    const at = await this.clock.now(this.orm.em.fork());
    const attempt = await this.call(claimed, at);
    await this.orm.em.fork().transactional(async (em) => {
      const waitMs = last ? undefined : waitAfter(claimed.attempts, this.options.firstRetryMs);
      await noteAttempt(em, claimed, attempt, { now: await this.clock.now(em), waitMs });
      if (attempt.outcome === 'gone') await switchOff(em, claimed.webhookId, attempt.error);
    });
  }

  private async call(
    { id, webhookId, url, secret, oldSecretUntil, body }: ClaimedDelivery,
    at: number,
  ): Promise<Attempt> {
    let secrets: Secrets;
    try {
      const [newest, ...older] = this.secrets.open(webhookId, secret);
      secrets = oldSecretUntil !== null && at < oldSecretUntil ? [newest, ...older] : [newest];
    } catch (error) {
      return { outcome: 'failed', error: error instanceof Error ? error.message : String(error) };
    }
    return this.channel.deliver({ url, secrets }, { id, at, body });
  }
}
