import { describeProviderClient } from '../provider-client.contract.js';

describeProviderClient('Xtream panel', {
  catalogue: { profile: 'panel' },
  connection: ({ urls, account }) => ({
    protocol: 'xtream',
    url: urls.xtream,
    username: account.username,
    password: account.password,
  }),
  scopes: { live: ['channel'], movie: ['movie'], series: ['series'] },
  longScope: 'movie',
  longAction: 'get_vod_streams',
});
