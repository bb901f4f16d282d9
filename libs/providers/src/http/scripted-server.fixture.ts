import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown;

/** A server on the loopback that does what a test says; it remembers what it was asked. */
export class ScriptedServer {
  readonly requests: { url: string; headers: IncomingMessage['headers']; at: number }[] = [];
  /** Sockets that were closed by the client before their answer ended. */
  aborted = 0;
  private readonly server: Server;

  constructor(public answer: Answer) {
    this.server = createServer((request, response) => {
      this.requests.push({ url: request.url ?? '', headers: request.headers, at: performance.now() });
      response.on('close', () => {
        if (!response.writableFinished) this.aborted++;
      });
      void Promise.resolve(this.answer(request, response, new URL(request.url ?? '/', this.origin))).catch(
        () => response.destroy(),
      );
    });
    this.server.keepAliveTimeout = 60_000;
  }

  /** @param port 0 for any */
  static async start(answer: Answer, port = 0): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(answer);
    await new Promise<void>((resolve) => {
      scripted.server.listen(port, '127.0.0.1', resolve);
    });
    return scripted;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The paths and queries that were asked for, in order. */
  get asked(): string[] {
    return this.requests.map(({ url }) => url);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

/** Answers in turn; the last one for ever. */
export function inTurn(...answers: Answer[]): Answer {
  let next = 0;
  return (request, response, url) => {
    const answer = answers[Math.min(next++, answers.length - 1)] as Answer;
    return answer(request, response, url);
  };
}

export function json(value: unknown): Answer {
  return (_request, response) => {
    response.setHeader('content-type', 'text/javascript');
    response.end(JSON.stringify(value));
  };
}

export function status(code: number, headers: Record<string, string> = {}, body = ''): Answer {
  return (_request, response) => {
    response.writeHead(code, headers);
    response.end(body);
  };
}
