import { viewOf } from './control/catalogue-view.js';
import type { CatalogueRegistry } from './registry/catalogue-registry.js';

/** What a person needs who started the simulator by hand: its URLs, and a few requests to copy. */
export function banner(registry: CatalogueRegistry, url: string): string {
  const blocks = registry.all().map(({ catalogue }) => {
    const { name, totals, stalkerPages, account, urls } = viewOf(catalogue, url);
    return [
      `${name}: ${totals.movies} movies, ${totals.series} series, ${totals.channels} channels (${stalkerPages} portal pages)`,
      `  Stalker  ${urls.stalker}   MAC ${account.mac}`,
      `  Xtream   ${urls.xtream}   ${account.username} / ${account.password}`,
      `  M3U      ${urls.m3u}`,
    ].join('\n');
  });
  const first = registry.all()[0]?.catalogue.config;
  const examples =
    first === undefined
      ? [
          `curl -X PUT ${url}/control/catalogues/mine -H 'content-type: application/json' -d '{"movies":500,"channels":50}'`,
        ]
      : [
          `curl '${url}/${first.name}/player_api.php?username=${first.account.username}&password=${first.account.password}&action=get_series'`,
          `curl -X POST ${url}/control/catalogues/${first.name}/tomorrow -H 'content-type: application/json' -d '{"add":50,"edit":20,"remove":10,"move":5}'`,
          `curl -X POST ${url}/control/catalogues/${first.name}/faults -H 'content-type: application/json' -d '{"times":3,"effect":{"type":"status","code":503}}'`,
          `curl ${url}/control/catalogues/${first.name}/ledger`,
        ];
  return (
    [`Provider simulator at ${url}`, ...blocks, 'Try:', ...examples.map((line) => `  ${line}`)].join('\n\n') +
    '\n'
  );
}
