import type { AccountQuirks } from '../quirks/access.quirks.js';

const CLOSED = /^(expired|banned|disabled)$/i;

/** What a closed account finds in place of its lists; undefined while it is open. */
export function closedLists(account: AccountQuirks | undefined): 'refused' | 'empty' | undefined {
  if (account === undefined || !CLOSED.test(account.status ?? '')) return undefined;
  const lists = account.lists ?? 'refused';
  return lists === 'served' ? undefined : lists;
}
