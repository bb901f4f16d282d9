/**
 * What of an image's URL says which image it is: the path. Hosts rotate, and queries carry signatures and cache busters, so both are
 * left off (PROVIDERS D.2). An image server that keeps the image in the query (`image.php?id=5`) hides a change from us; that is
 * the smaller harm.
 */
export function imagePath(url: string): string {
  let start = 0;
  const scheme = url.indexOf('//');
  if (scheme === 0 || (scheme > 0 && url.charCodeAt(scheme - 1) === 0x3a && scheme < 10)) {
    start = url.indexOf('/', scheme + 2);
    if (start < 0) return '';
  }
  let end = url.indexOf('?', start);
  if (end < 0) end = url.length;
  const fragment = url.indexOf('#', start);
  if (fragment >= 0 && fragment < end) end = fragment;
  return start === 0 && end === url.length ? url : url.slice(start, end);
}
