import { readHttpUrl } from '../base-url.js';

const PAGE_OF_PORTAL = /\/c(?:\/(?:index\.html?)?)?$/i;
const SCRIPT = /\/[^/]+\.php$/i;
const ENDPOINT_TAIL = /\/(?:server\/load|portal)\.php$/i;

/** The addresses at which the endpoint may be, the likeliest first (PROVIDERS A.1). Port, sub-path and user-info stay. */
export function endpointCandidates(text: string): URL[] {
  const url = readHttpUrl(text);
  url.search = '';
  const paths: string[] = [];
  if (SCRIPT.test(url.pathname)) paths.push(url.pathname);
  const base = basePath(url.pathname);
  // Ministra itself lives below this name and knows no portal.php.
  const genuineFirst = /\/stalker_portal$/i.test(base);
  const usual = [`${base}/portal.php`, `${base}/server/load.php`];
  paths.push(...(genuineFirst ? usual.reverse() : usual));
  if (!genuineFirst) paths.push(`${base}/stalker_portal/server/load.php`);
  return [...new Set(paths)].map((path) => withPath(url, path));
}

/** Whether the address says nothing about where the portal is below its host. */
export function isBareHost(text: string): boolean {
  return basePath(readHttpUrl(text).pathname) === '';
}

/** The portal's page that belongs to an endpoint: what a box has open, and what image paths are relative to. */
export function portalPage(endpoint: URL): URL {
  return withPath(endpoint, `${basePath(endpoint.pathname)}/c/`);
}

function basePath(path: string): string {
  return path.replace(ENDPOINT_TAIL, '').replace(SCRIPT, '').replace(PAGE_OF_PORTAL, '').replace(/\/+$/, '');
}

function withPath(url: URL, path: string): URL {
  const moved = new URL(url);
  moved.pathname = path;
  moved.search = '';
  return moved;
}
