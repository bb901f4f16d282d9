import { describeProviderClient } from '../provider-client.contract.js';

describeProviderClient('Playlist', {
  catalogue: { profile: 'panel' },
  connection: ({ urls }) => ({ protocol: 'm3u', url: urls.m3uPlus }),
  scopes: { playlist: ['channel', 'movie', 'series'] },
  longScope: 'playlist',
  longAction: 'get.php',
});

describeProviderClient('Static playlist', {
  catalogue: { profile: 'panel' },
  connection: ({ urls }) => ({ protocol: 'm3u', url: urls.m3u }),
  scopes: { playlist: ['channel', 'movie', 'series'] },
  longScope: 'playlist',
  longAction: 'playlist',
});
