import { Injectable } from '@nestjs/common';

interface Route {
  pattern: RegExp;
  methods: string[];
}

/** The methods that each path of the API has, so that a wrong method can be told from a wrong path. */
@Injectable()
export class AllowedMethods {
  private readonly routes: Route[] = [];

  /** Called for every route as it is registered. `url` is Fastify's pattern: `/api/providers/:id`. */
  add(url: string, method: string | string[]): void {
    if (url.includes('*')) return;
    const source = url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, String.raw`\$&`)))
      .join('/');
    this.routes.push({ pattern: new RegExp(`^${source}$`), methods: [method].flat() });
  }

  /** Sorted; empty when no route has the path. */
  of(path: string): string[] {
    const methods = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}
