import { ApiError, type SessionDto } from '@catalogue-sync/api-client';
import { api } from './api.js';

/** Undefined when nobody is signed in. Throws when the gateway does not answer. */
export async function readSession(): Promise<SessionDto | undefined> {
  try {
    return await api.getSession();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return undefined;
    throw error;
  }
}
