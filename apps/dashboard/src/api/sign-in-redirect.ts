const PAGE = '/login';

/** Leaves for the page where one signs in, which leads back here. */
export function goToSignIn(): void {
  const { pathname, search } = window.location;
  if (pathname === PAGE) return;
  window.location.assign(`${PAGE}?next=${encodeURIComponent(pathname + search)}`);
}
