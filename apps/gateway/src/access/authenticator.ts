import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { notAccepted } from './access-refusal.js';
import { AdminKey } from './admin-key.js';
import { ApiKeyStore } from './api-key.store.js';
import type { Caller } from './caller.js';
import { readKeyText } from './secret-text.js';
import { readSessionCookie } from './session-cookie.js';
import { SessionStore } from './session.store.js';

/** Finds out who a request comes from. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly adminKey: AdminKey,
    private readonly keys: ApiKeyStore,
    private readonly sessions: SessionStore,
  ) {}

  /** Undefined when the request carries nothing to be known by. Throws `unauthenticated` when what it carries is not good. */
  async callerOf(request: FastifyRequest): Promise<Caller | undefined> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const [, key] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
      return this.callerOfKey(key ?? '');
    }
    const token = readSessionCookie(request);
    if (token === undefined) return undefined;
    const session = await this.sessions.find(token, this.adminKey.id);
    if (session === undefined) throw notAccepted('session');
    return session;
  }

  /** Throws `unauthenticated` when the text is no good key. */
  async callerOfKey(key: string): Promise<Caller> {
    const admin = this.adminKey.callerOf(key);
    if (admin !== undefined) return admin;
    const parts = readKeyText(key);
    const caller = parts && (await this.keys.verify(parts.id, parts.secret));
    if (caller === undefined) throw notAccepted('key');
    return caller;
  }
}
