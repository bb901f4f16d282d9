import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from './run-cli.js';

const none = { added: 0, updated: 0, removed: 0, unchanged: 0 };
const provider = {
  id: 'p1',
  name: 'My panel',
  protocol: 'xtream',
  origin: 'http://h.example',
  state: 'active',
};
const job = {
  id: 'j1',
  state: 'fetching',
  trigger: 'api',
  createdAt: '2026-01-01T00:00:00Z',
  scopes: [],
  counts: { channel: none, movie: { ...none, added: 12 }, series: none, category: none },
};
const ended = { ...job, state: 'completed', finishedAt: '2026-01-01T00:00:02Z' };

type Answer = [status: number, body: unknown] | 'broken';

// Real: HTTP over loopback, the whole command line. Played: the gateway's answers, a terminal that is not there.
describe('catalogue-sync', () => {
  let server: Server;
  let url: string;
  let seen: { route: string; key?: string | undefined; body: string }[];
  /** By method and path; several answers are given one after the other, the last one again and again. */
  let answers: Record<string, Answer[]>;

  beforeEach(async () => {
    seen = [];
    answers = { 'GET /api/providers': [[200, { providers: [provider] }]] };
    server = createServer((request, response) => void reply(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url?.split('?')[0]}`;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ route, key: request.headers['idempotency-key'] as string | undefined, body });
    const queue = answers[route] ?? [[404, problem(404, 'route-not-found', 'Nothing here.')]];
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    if (answer === undefined || answer === 'broken') request.socket.destroy();
    else response.writeHead(answer[0], { 'content-type': 'application/json' }).end(JSON.stringify(answer[1]));
  }

  const problem = (status: number, code: string, detail: string, errors?: unknown) => ({
    status,
    code,
    detail,
    errors,
  });

  async function run(args: string[], options: { url?: string; input?: string } = {}) {
    const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stdin.end(options.input ?? '');
    const code = await runCli(['--url', options.url ?? url, ...args], {
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
      stdin: stdin as unknown as NodeJS.ReadStream,
      env: {},
      folders: ['/nowhere'],
      signal: new AbortController().signal,
    });
    const text = (stream: PassThrough) => String(stream.read() ?? '');
    return { code, out: text(stdout), err: text(stderr) };
  }

  it('lists, in columns or as the API answers', async () => {
    expect(await run(['providers', 'list'])).toEqual({
      code: 0,
      out: 'ID  NAME      PROTOCOL  AT\np1  My panel  xtream    http://h.example\n',
      err: '',
    });
    const { out } = await run(['providers', 'list', '--json']);
    expect(JSON.parse(out)).toEqual({ providers: [provider] });
  });

  it('waits for a sync that completes, and says what changed', async () => {
    answers['POST /api/providers/p1/sync'] = [[202, job]];
    answers['GET /api/providers/p1/sync/jobs/j1'] = [[200, job], 'broken', [200, ended]];
    const { code, out } = await run(['sync', 'my PANEL', '--wait']);
    expect({ code, out }).toEqual({
      code: 0,
      out: 'My panel: completed in 2.0 s · 12 added, 0 updated, 0 removed · no snapshot\n',
    });
  });

  it.each(['failed', 'partial', 'cancelled'])(
    'exits with 1 when the sync it waits for ends %s',
    async (state) => {
      answers['POST /api/providers/p1/sync'] = [[202, job]];
      answers['GET /api/providers/p1/sync/jobs/j1'] = [[200, { ...ended, state, reason: 'no login' }]];
      const { code, out, err } = await run(['sync', 'p1', '--wait', '--json']);
      expect(code).toBe(1);
      expect(JSON.parse(out)).toMatchObject({ id: 'j1', state });
      expect(JSON.parse(err)).toMatchObject({ error: { code: `sync-${state}` } });
    },
  );

  it('sends what broke off again with the same key, so that it is done once', async () => {
    answers['POST /api/providers/p1/sync'] = ['broken', [202, job]];
    expect((await run(['sync', 'p1'])).code).toBe(0);
    const keys = seen.filter(({ route }) => route.startsWith('POST')).map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(keys).size).toBe(1);
  });

  it('tests a provider before it adds it, with a password that stands in no argument', async () => {
    answers['POST /api/providers/test'] = [[200, { ok: true, protocol: 'xtream', steps: [] }]];
    answers['POST /api/providers'] = [[201, provider]];
    const args = [
      'providers',
      'add',
      'http://h.example',
      '--name',
      'My panel',
      '--username',
      'me',
      '--password-file',
      '-',
    ];
    expect((await run(args, { input: 'hunter2\n' })).code).toBe(0);
    expect(seen.map(({ route }) => route)).toEqual(['POST /api/providers/test', 'POST /api/providers']);
    expect(JSON.parse(seen[1]?.body ?? '')).toMatchObject({
      connection: { username: 'me', password: 'hunter2' },
    });
  });

  it('adds nothing when the test fails', async () => {
    const error = { code: 'provider-auth-failed', message: 'The panel refuses the login.' };
    answers['POST /api/providers/test'] = [[200, { ok: false, protocol: 'm3u', steps: [], error }]];
    const { code, err } = await run(['providers', 'add', 'http://h.example/a.m3u', '--name', 'x']);
    expect(code).toBe(1);
    expect(err).toContain('The panel refuses the login. Nothing was added');
    expect(seen).toHaveLength(1);
  });

  it('asks for nothing without a terminal: it fails, and says what to give', async () => {
    const { code, err } = await run(['providers', 'delete', 'p1']);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'This has to ask, and there is no terminal: add --yes to go on without being asked.\n',
    });
    expect(seen.some(({ route }) => route.startsWith('DELETE'))).toBe(false);
  });

  it('tells refusals with their fields, and what kind they are by the exit code', async () => {
    const errors = [{ field: 'name', message: 'Give a name.' }];
    answers['GET /api/providers'] = [[400, problem(400, 'invalid-request', 'A field is not valid.', errors)]];
    expect(await run(['providers', 'list'])).toMatchObject({
      code: 1,
      err: 'A field is not valid.\n  name: Give a name.\n',
    });
    answers['GET /api/providers'] = [[401, problem(401, 'unauthenticated', 'Send an API key.')]];
    expect(await run(['providers', 'list'])).toMatchObject({
      code: 4,
      err: expect.stringContaining('--api-key-file'),
    });
    expect((await run(['providers', 'list'], { url: 'http://127.0.0.1:4' })).code).toBe(3);
    expect((await run(['providers', 'lst'])).code).toBe(2);
    expect((await run(['jobs', 'p1', '--limit', '0'])).code).toBe(2);
    answers['GET /api/providers'] = [[200, { providers: [] }]];
    expect(await run(['sync', 'nobody'])).toMatchObject({ code: 1, err: expect.stringContaining('Add one') });
    expect((await run(['--help'])).code).toBe(0);
  });

  it('tells a doctor what is down, and what to do', async () => {
    const live: Answer = [200, { status: 'up' }];
    const ready: Answer = [503, { status: 'down', parts: { database: 'down', nats: 'up' } }];
    Object.assign(answers, {
      'GET /health/live': [live],
      'GET /health/ready': [ready],
      'GET /metrics': [[200, '']],
    });
    answers['GET /api/providers'] = [
      [503, problem(503, 'service-unavailable', 'The fetcher does not answer.')],
    ];
    const { code, out } = await run(['doctor', '--json']);
    const { checks } = JSON.parse(out) as { checks: { name: string; ok: boolean; fix?: string }[] };
    expect(code).toBe(1);
    expect(checks.filter(({ ok }) => !ok)).toEqual([
      expect.objectContaining({ name: 'database', fix: expect.stringContaining('logs/postgres.log') }),
      expect.objectContaining({ name: 'Providers', detail: 'The fetcher does not answer.' }),
    ]);
  });
});
