import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Stand on every answer. TLS is not ours: who puts it in front adds Strict-Transport-Security there. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "base-uri 'none'",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    // Posters come from wherever a provider keeps them; images cannot run, and are told no address of ours.
    "img-src 'self' data: blob: http: https:",
    "script-src 'self'",
    // The API documentation page writes styles into its elements.
    "style-src 'self' 'unsafe-inline'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Keeps pages of other sites from changing anything: a browser sends them even to loopback, with or without a login. */
export function refuseOtherSites(app: NestFastifyApplication): void {
  app.enableCsrfProtection();
}
