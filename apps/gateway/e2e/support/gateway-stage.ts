import { request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { CatalogueSyncError, REQUEST } from '@catalogue-sync/contracts';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { CatalogueTables } from '../../fixtures/catalogue-tables.js';
import { ADMIN_KEY, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { sampleProvider } from '../../fixtures/sample-views.js';
import { StandInServices, type Replies } from '../../fixtures/stand-in-services.js';

/** Real: HTTP, NATS, Postgres with the services' views and the read-only role. Played: the fetcher, which knows all but `pnone`. */
export class GatewayStage {
  private constructor(
    private readonly postgres: TestPostgres,
    readonly nats: TestNats,
    readonly tables: CatalogueTables,
    readonly services: StandInServices,
    readonly gateway: GatewayUnderTest,
  ) {}

  /** @param replies what services beside it answer */
  static async open(replies: Replies = {}): Promise<GatewayStage> {
    const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    const tables = await CatalogueTables.create(await postgres.createDatabase());
    const services = await new StandInServices({
      [REQUEST.getProvider]: ({ providerId }) => {
        if (providerId === 'pnone')
          throw new CatalogueSyncError('provider-not-found', 'There is no such provider.');
        return sampleProvider({ id: providerId });
      },
      ...replies,
    }).start(nats.url);
    const gateway = await startGateway(tables.readerUrl, nats.url, await postgres.createDatabase());
    return new GatewayStage(postgres, nats, tables, services, gateway);
  }

  /** An empty one, for a further gateway. */
  createDatabase(): Promise<string> {
    return this.postgres.createDatabase();
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.services.close();
    await this.tables.close();
    await Promise.all([this.postgres.stop(), this.nats.stop()]);
  }

  /** Plain HTTP below /api/providers/: nothing is decoded, and the body is not read. */
  request(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = {
        method,
        headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers },
        agent: false as const,
      };
      httpRequest(`${this.gateway.url}/api/providers/${path}`, options)
        .on('response', resolve)
        .on('error', reject)
        .end();
    });
  }

  /** The answer's status and its body as JSON, from gzip or plain. */
  async json<T>(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: T }> {
    const answer = await this.request(path, headers);
    const bytes = await buffer(answer);
    const plain = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    return { status: answer.statusCode ?? 0, body: JSON.parse(plain.toString()) as T };
  }
}
