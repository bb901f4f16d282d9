import type { CatalogueConfig } from '../catalogue/catalogue-config.js';
import type { AccountQuirks } from '../quirks/access.quirks.js';

/** `account_info.get_main_info`: where the account's end is told, in words. */
export function accountInfo(config: CatalogueConfig, account: AccountQuirks = {}): Record<string, unknown> {
  const { mac } = config.account;
  const end = endInWords(account.expDate);
  if (config.profile === 'panel') return { mac, phone: end ?? 'March 3, 2030, 9:15 pm', message: '' };
  return {
    fio: '',
    ls: '',
    mac,
    phone: '',
    tariff_plan: 'Everything',
    end_date: end ?? '3 March 2030',
    account_balance: '',
    packages: [],
  };
}

/** Undefined where nothing else is told than the usual date. */
function endInWords(expDate: AccountQuirks['expDate']): string | undefined {
  if (expDate === undefined) return undefined;
  const seconds = Number(expDate ?? 0);
  if (expDate === null || expDate === '') return 'Unlimited';
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toUTCString() : String(expDate);
}
