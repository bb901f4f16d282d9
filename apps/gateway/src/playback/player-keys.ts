import { Injectable } from '@nestjs/common';
import type { AccessScope } from '@catalogue-sync/contracts/rest';
import type { FastifyRequest } from 'fastify';
import { notAccepted, scopeMissing } from '../access/access-refusal.js';
import { ApiKeyStore } from '../access/api-key.store.js';
import { allows, rememberCaller, type Caller } from '../access/caller.js';
import { addressOf } from '../security/client-address.js';
import { RequestRates } from '../security/request-rates.js';

/** What a player logs in with: an API key in two halves. Players know user names and passwords only. */
export interface PlayerLogin {
  /** The id of the key. */
  username: string;
  /** Its secret: what follows the id in the whole key. */
  password: string;
}

/** Lets players in, which send an API key as user name and password in the address, and can send no header. */
@Injectable()
export class PlayerKeys {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly rates: RequestRates,
  ) {}

  /** For lists: a key that may look, or that may play. */
  toList(request: FastifyRequest, login: PlayerLogin): Promise<Caller> {
    return this.admit(request, login, ['read', 'playback']);
  }

  /** For streams: only a key that may play. */
  toPlay(request: FastifyRequest, login: PlayerLogin): Promise<Caller> {
    return this.admit(request, login, ['playback']);
  }

  /** Throws `unauthenticated`, `forbidden` and, for an address that guesses, `too-many-requests`. */
  private async admit(
    request: FastifyRequest,
    { username, password }: PlayerLogin,
    oneOf: readonly [AccessScope, ...AccessScope[]],
  ): Promise<Caller> {
    const address = addressOf(request);
    const caller = await this.keys.verify(username, password);
    if (caller === undefined) {
      this.rates.countFailedSignIn(address);
      throw notAccepted('key');
    }
    this.rates.countCaller(caller.keyId, address);
    if (!oneOf.some((scope) => allows(caller.scopes, scope))) throw scopeMissing('playback');
    rememberCaller(request, caller);
    return caller;
  }
}

/** The login in a query; "" for what is missing. */
export function loginOf(query: Readonly<Record<string, unknown>>): PlayerLogin {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '');
  return { username: text('username'), password: text('password') };
}
