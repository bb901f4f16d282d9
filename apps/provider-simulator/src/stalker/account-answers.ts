import type { CatalogueConfig } from '../catalogue/catalogue-config.js';

/** `account_info.get_main_info`: where the account's end is told, in words. */
export function accountInfo(config: CatalogueConfig): Record<string, unknown> {
  const { mac } = config.account;
  if (config.profile === 'panel') return { mac, phone: 'March 3, 2030, 9:15 pm', message: '' };
  return {
    fio: '',
    ls: '',
    mac,
    phone: '',
    tariff_plan: 'Everything',
    end_date: '3 March 2030',
    account_balance: '',
    packages: [],
  };
}

/** `create_link`: a short-lived link that leads nowhere. A catalogue sync never asks for it. */
export function playLink(query: URLSearchParams): Record<string, unknown> {
  return {
    id: '0',
    cmd: `ffmpeg http://localhost/play?cmd=${query.get('cmd') ?? ''}`,
    load: '',
    error: '',
    subtitles: [],
  };
}
