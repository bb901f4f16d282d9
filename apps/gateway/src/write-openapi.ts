import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GatewayModule } from './gateway.module.js';
import { createFastifyAdapter } from './http/fastify.js';
import { apiDocumentText, createApiDocument } from './openapi/api-document.js';

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Name the file: node apps/gateway/dist/write-openapi.js docs/api/openapi.json\n');
  process.exit(2);
}

// The application is made but never started: its clients connect on first use only, so nothing is reached.
const app = await NestFactory.create<NestFastifyApplication>(
  GatewayModule.forOptions({
    databaseUrl: 'postgres://localhost/none',
    natsUrl: 'nats://localhost',
    replicaName: 'write-openapi',
    snapshotCacheBytes: 0,
  }),
  createFastifyAdapter(),
  { logger: ['error'], abortOnError: false },
);
const text = apiDocumentText(createApiDocument(app));
await app.close();
await mkdir(dirname(file), { recursive: true });
await writeFile(file, text);
