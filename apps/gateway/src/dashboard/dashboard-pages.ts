import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
// For its types: replies can send files.
import type {} from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsMedia } from '../http/content-negotiation.js';
import { pathOf } from '../http/request-path.js';
import { SECURITY_HEADERS } from '../security/browser-protection.js';

const INDEX = 'index.html';
const ICON = 'icon.svg';
const ASSETS = 'assets';
/** Their names hold the hash of their content. */
const HASHED = /[/\\]assets[/\\]/;
const FOREVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';
/** What belongs to the API: an unknown path there is a mistake of a program, and is told as one. */
const NOT_PAGES = /^\/(api|docs|docs-json|health|metrics|problems|assets|xtream|playlist)(\/|$)/;

/** Posters come from the providers' own hosts. */
export const PAGE_POLICY = (SECURITY_HEADERS['content-security-policy'] ?? '').replace(
  "img-src 'self' data:",
  "img-src 'self' data: http: https:",
);

/** The folder to serve, set by the module; absent: the gateway has no pages. */
export class DashboardFolder {
  constructor(readonly path: string | undefined) {}
}

/**
 * Serves the built dashboard: files by their names, and its index for every other path that a browser asks for as a page, since the paths of
 * its pages are its own. Without a folder, or with one that holds no index, the gateway has its API only.
 */
export function serveDashboard(app: NestFastifyApplication): void {
  const { path: root } = app.get(DashboardFolder);
  if (root === undefined) return;
  if (!existsSync(join(root, INDEX))) {
    new Logger('Dashboard').warn(`There is no dashboard in ${root}: build it, or leave DASHBOARD_DIR out.`);
    return;
  }
  const fastify = app.getHttpAdapter().getInstance();
  app.useStaticAssets({
    root: join(root, ASSETS),
    prefix: `/${ASSETS}/`,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (response: unknown, file: string) => {
      // Nest's types are those of an older @fastify/static, which handed over the raw response.
      void (response as FastifyReply).header('cache-control', HASHED.test(file) ? FOREVER : ASK_AGAIN);
    },
  });
  const answerPage = (request: FastifyRequest, reply: FastifyReply): FastifyReply | void => {
    const path = pathOf(request.url);
    if (NOT_PAGES.test(path) || !acceptsMedia(request.headers.accept, 'text/html'))
      return reply.callNotFound();
    return reply.header('content-security-policy', PAGE_POLICY).sendFile(INDEX, root);
  };
  fastify.get('/', answerPage);
  fastify.get('/*', answerPage);
  fastify.get(`/${ICON}`, (_request, reply) => reply.sendFile(ICON, root));
}
