import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import { createApiDocument } from './api-document.js';

/** Serves the page /docs and the document /docs-json. Everything comes from this server: no other host is asked. */
export function serveApiDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => createApiDocument(app), {
    raw: ['json'],
    customSiteTitle: 'catalogue-sync API',
    swaggerOptions: { validatorUrl: null, tryItOutEnabled: true, displayRequestDuration: true },
  });
}
