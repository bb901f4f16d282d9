import { describeProviderClient } from '../provider-client.contract.js';

describeProviderClient('Genuine portal', {
  catalogue: { profile: 'genuine' },
  connection: ({ urls, account }) => ({
    protocol: 'stalker',
    url: urls.stalker,
    mac: account.mac,
    login: account.username,
    password: account.password,
  }),
  scopes: { live: ['channel'], vod: ['movie', 'series'] },
  longScope: 'vod',
  longAction: 'vod.get_ordered_list',
});

describeProviderClient('Panel portal', {
  catalogue: { profile: 'panel' },
  connection: ({ urls, account }) => ({ protocol: 'stalker', url: urls.stalker, mac: account.mac }),
  scopes: { live: ['channel'], vod: ['movie'], series: ['series'] },
  longScope: 'vod',
  longAction: 'vod.get_ordered_list',
});
