import { AbstractHttpAdapter } from '@nestjs/core';

/**
 * The HTTP side of a service that has none. Nest only lets a full application carry several transports (request/reply and JetStream), and
 * a full application wants an adapter: this one serves nothing, listens nowhere and loads no web framework.
 */
export class WorkerAdapter extends AbstractHttpAdapter {
  constructor() {
    super({ use: () => undefined });
  }

  override initHttpServer(): void {
    // Nest registers listeners on it and never starts it.
    this.httpServer = { once: () => undefined, on: () => undefined, removeListener: () => undefined };
  }
  override close(): void {}
  override getType(): string {
    return 'worker';
  }
  override registerParserMiddleware(): void {}
  override setErrorHandler(): void {}
  override setNotFoundHandler(): void {}
  override createMiddlewareFactory(): () => void {
    return () => undefined;
  }
  override use(): void {}
  override useStaticAssets(): void {}
  override setViewEngine(): void {}
  override enableCors(): void {}
  override getRequestHostname(): string {
    return '';
  }
  override getRequestMethod(): string {
    return '';
  }
  override getRequestUrl(): string {
    return '';
  }
  override status(): void {}
  override reply(): void {}
  override end(): void {}
  override render(): void {}
  override redirect(): void {}
  override isHeadersSent(): boolean {
    return false;
  }
  override getHeader(): undefined {
    return undefined;
  }
  override setHeader(): void {}
  override appendHeader(): void {}
  override applyVersionFilter(): () => () => void {
    return () => () => undefined;
  }
}
