import { ACCOUNT, type RawAnswer, type SimulatorFixture } from '../simulator.fixture.js';

/** A set-top box as a spec plays it. */
export class StalkerBox {
  token = '';

  constructor(
    private readonly simulator: SimulatorFixture,
    private readonly endpoint: string,
    private readonly mac = ACCOUNT.mac,
  ) {}

  call(query: string): Promise<RawAnswer> {
    return this.simulator.get(`${this.endpoint}?${query}&JsHttpRequest=1-xml`, {
      Cookie: `mac=${encodeURIComponent(this.mac)}; stb_lang=en; timezone=UTC`,
      ...(this.token !== '' && { Authorization: `Bearer ${this.token}` }),
    });
  }

  /** The payload of a call that must succeed. */
  async js<T>(query: string): Promise<T> {
    const { body } = await this.call(query);
    return (JSON.parse(body) as { js: T }).js;
  }

  async handshake(): Promise<string | null> {
    const { token } = await this.js<{ token: string | null }>('type=stb&action=handshake&token=');
    this.token = token ?? '';
    return token;
  }

  async logIn(): Promise<void> {
    await this.handshake();
    await this.js('type=stb&action=get_profile');
  }
}
