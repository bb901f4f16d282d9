import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NoticeBody } from '@catalogue-sync/contracts';

/** A message as it arrived. */
export interface ReceivedMessage {
  path: string;
  id: string;
  /** Whether one of the signatures is that of the path's secret over what arrived, reckoned without the library that made it. */
  signed: boolean;
  signatures: number;
  body: NoticeBody;
}

/** A real HTTP server that takes webhooks: answers by script, verifies what it is told. */
export class WebhookReceiver {
  readonly received: ReceivedMessage[] = [];
  /** The next answers of a path, then 204. `hang` gives none until `release`. */
  readonly answers = new Map<string, (number | 'hang')[]>();
  /** Of each path, as the webhook's answer told it. */
  readonly secrets = new Map<string, string>();
  private readonly hanging: ServerResponse[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer((request, response) => void receiver.take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new WebhookReceiver(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    return receiver;
  }

  /** What came to a path, in order. */
  at(path: string): ReceivedMessage[] {
    return this.received.filter((message) => message.path === path);
  }

  release(): void {
    for (const response of this.hanging.splice(0)) response.writeHead(204).end();
  }

  async stop(): Promise<void> {
    this.release();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const text = Buffer.concat(await request.toArray()).toString();
    const id = String(request.headers['webhook-id']);
    const key = Buffer.from((this.secrets.get(path) ?? '').replace('whsec_', ''), 'base64');
    const signature = createHmac('sha256', key)
      .update(`${id}.${String(request.headers['webhook-timestamp'])}.${text}`)
      .digest('base64');
    const signatures = String(request.headers['webhook-signature']).split(' ');
    const signed = signatures.includes(`v1,${signature}`);
    this.received.push({
      path,
      id,
      signed,
      signatures: signatures.length,
      body: JSON.parse(text) as NoticeBody,
    });
    const answer = this.answers.get(path)?.shift() ?? 204;
    if (answer === 'hang') this.hanging.push(response);
    else response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end();
  }
}
