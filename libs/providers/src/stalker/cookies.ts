const MAX_COOKIES = 50;

/** The cookies of a box, and what the portal added: load balancers and firewalls want theirs back (PROVIDERS A.2). */
export class PortalCookies {
  private readonly own: Map<string, string>;
  private readonly added = new Map<string, string>();

  constructor(own: Record<string, string>) {
    this.own = new Map(Object.entries(own));
  }

  /** Takes the `Set-Cookie` headers of an answer. The box's own cookies stay as they are. */
  take(header: string | string[] | undefined): void {
    for (const line of header === undefined ? [] : [header].flat()) {
      const [pair = ''] = line.split(';', 1);
      const equals = pair.indexOf('=');
      const name = pair.slice(0, equals).trim();
      if (equals < 1 || this.own.has(name)) continue;
      if (this.added.size < MAX_COOKIES || this.added.has(name)) {
        this.added.set(name, pair.slice(equals + 1).trim());
      }
    }
  }

  get header(): string {
    return [...this.own, ...this.added].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}
