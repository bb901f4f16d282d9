import type { AddressInfo } from 'node:net';
import { request, type IncomingHttpHeaders } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { CatalogueRequest } from './catalogue/catalogue-config.js';
import { CatalogueRegistry } from './registry/catalogue-registry.js';
import { createAdapter } from './server/http-server.js';
import { ProviderListener } from './server/provider-listener.js';
import { SimulatorModule } from './simulator.module.js';

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Code of the error that broke the connection, before or within the answer. */
  broken?: string;
}

export const ACCOUNT = { username: 'ann@home', password: 'p&ss #1', mac: '00:1A:79:0A:0B:0C' };

/** A simulator in this process, over real HTTP, for specs. */
export class SimulatorFixture {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(catalogues: readonly CatalogueRequest[] = []): Promise<SimulatorFixture> {
    const registry = new CatalogueRegistry().open(catalogues.map((each) => ({ account: ACCOUNT, ...each })));
    const app = await NestFactory.create<NestFastifyApplication>(
      SimulatorModule.for(registry),
      createAdapter(new ProviderListener(registry)),
      { logger: false },
    );
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new SimulatorFixture(app, `http://127.0.0.1:${port}`);
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  /** A plain GET that takes any status and any end. */
  async get(path: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<RawAnswer> {
    const { raw, ...answer } = await this.getRaw(path, headers, signal);
    return { ...answer, body: raw.toString('utf8') };
  }

  /** The same, with a body that nothing read: packed or in any encoding. */
  getRaw(
    path: string,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Omit<RawAnswer, 'body'> & { raw: Buffer }> {
    return new Promise((resolve) => {
      const answer: Omit<RawAnswer, 'body'> = { status: 0, headers: {} };
      const chunks: Buffer[] = [];
      const end = (broken?: string) =>
        resolve({ ...answer, raw: Buffer.concat(chunks), ...(broken !== undefined && { broken }) });
      const sent = request(`${this.url}/${path}`, { headers, agent: false, signal }, (response) => {
        answer.status = response.statusCode ?? 0;
        answer.headers = response.headers;
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error: NodeJS.ErrnoException) => end(error.code));
        response.on('end', () => end());
      });
      sent.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name));
      sent.end();
    });
  }

  async getJson<T>(path: string, headers?: Record<string, string>): Promise<T> {
    return JSON.parse((await this.get(path, headers)).body) as T;
  }

  /** A call of the control API. */
  async control<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    const response = await fetch(`${this.url}/control/catalogues/${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }
}
