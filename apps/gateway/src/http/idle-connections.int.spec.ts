import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { ADMIN_KEY, startGateway } from '../../fixtures/gateway-under-test.js';

const NOWHERE = '127.0.0.1:1';

// Real: HTTP. There is no database and no NATS: the answer is that they are away.
describe('a gateway that closes', () => {
  it('answers what it had begun to take in, and ends with that connection, which could be used again', async () => {
    const gateway = await startGateway(`postgres://${NOWHERE}/none`, `nats://${NOWHERE}`);
    const { hostname, port } = new URL(gateway.url);
    const client = connect(Number(port), hostname);
    let answer = '';
    client.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    const ended = once(client, 'end');
    client.write(
      `POST /api/providers HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${ADMIN_KEY}\r\n` +
        'content-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n',
    );
    await once(client, 'data');
    expect(answer).toMatch(/^HTTP\/1\.1 100 /);
    answer = '';

    const closed = gateway.close();
    client.write('{}');
    await ended;
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    client.destroy();
  }, 20_000);
});
