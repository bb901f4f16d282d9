import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GatewayModule } from '../gateway.module.js';
import { createFastifyAdapter } from '../http/fastify.js';
import { apiDocumentText, createApiDocument } from './api-document.js';

/** The text of the OpenAPI file. The application is made but never started: its clients connect on first use only, so nothing is reached. */
export async function describeApi(): Promise<string> {
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.forOptions({
      databaseUrl: 'postgres://localhost/none',
      ownDatabaseUrl: 'postgres://localhost/none',
      natsUrl: 'nats://localhost',
      replicaName: 'describe-api',
      snapshotCacheBytes: 0,
    }),
    createFastifyAdapter(),
    { logger: ['error'], abortOnError: false },
  );
  try {
    return apiDocumentText(createApiDocument(app));
  } finally {
    await app.close();
  }
}
