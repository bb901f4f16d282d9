import { describe, expect, it } from '@jest/globals';
import {
  CreateProviderBody,
  EventsQuery,
  PageQuery,
  ProviderParams,
  StartSyncBody,
  TestConnectionBody,
  UpdateProviderBody,
} from '@catalogue-sync/contracts/rest';
import { ProblemError } from './problem-error.js';
import { createValidationPipe } from './validation.pipe.js';

const pipe = createValidationPipe();

async function read<T>(metatype: new () => T, value: unknown): Promise<T> {
  return (await pipe.transform(value, { type: 'body', metatype })) as T;
}

async function fieldsOf(metatype: new () => object, value: unknown): Promise<string[]> {
  const error: unknown = await read(metatype, value).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProblemError)) return [];
  return (error.extra.errors ?? []).map(({ field }) => field);
}

const stalker = { protocol: 'stalker', url: 'http://h.example/c/', mac: '00:1A:79:12:34:56' };
const xtream = { protocol: 'xtream', url: 'https://h.example:8080', username: 'u', password: 'p' };
const m3u = { protocol: 'm3u', url: 'http://h.example/get.php?username=u&password=p' };

describe('CreateProviderBody', () => {
  it.each([stalker, xtream, m3u])('takes a $protocol connection', async (connection) => {
    await expect(read(CreateProviderBody, { name: ' A ', connection })).resolves.toEqual({
      name: 'A',
      connection,
    });
  });

  it('brings a MAC address into its form', async () => {
    const body = await read(CreateProviderBody, {
      name: 'A',
      connection: { ...stalker, mac: ' 00-1a-79-ab-cd-ef ' },
    });
    expect(body.connection).toMatchObject({ mac: '00:1A:79:AB:CD:EF' });
  });

  it.each<[string, object, string[]]>([
    ['an empty body', {}, ['name', 'connection']],
    ['a connection that is no object', { name: 'A', connection: 'http://h' }, ['connection']],
    ['a list of connections', { name: 'A', connection: [stalker] }, ['connection']],
    ['null for a connection', { name: 'A', connection: null }, ['connection']],
    ['no protocol', { name: 'A', connection: { url: 'http://h', mac: 'x' } }, ['connection.protocol']],
    [
      'an unknown protocol',
      { name: 'A', connection: { ...xtream, protocol: 'ftp' } },
      ['connection.protocol'],
    ],
    [
      'an inherited protocol name',
      { name: 'A', connection: { protocol: 'constructor' } },
      ['connection.protocol'],
    ],
    ['a blank name', { name: '   ', connection: m3u }, ['name']],
    ['a name with a line break', { name: 'a\nb', connection: m3u }, ['name']],
    ['a name that is no text', { name: 7, connection: m3u }, ['name']],
    ['an unknown field', { name: 'A', connection: m3u, admin: true }, ['admin']],
    [
      'a field of another protocol',
      { name: 'A', connection: { ...m3u, mac: stalker.mac } },
      ['connection.mac'],
    ],
    ['a bad MAC', { name: 'A', connection: { ...stalker, mac: '00:1A:79:12:34' } }, ['connection.mac']],
    ['a bad zone', { name: 'A', connection: { ...stalker, timezone: 'Mars/Base' } }, ['connection.timezone']],
    [
      'a cookie in the language',
      { name: 'A', connection: { ...stalker, language: 'en; a=b' } },
      ['connection.language'],
    ],
    [
      'a header in the agent',
      { name: 'A', connection: { ...m3u, userAgent: 'x\r\nA: b' } },
      ['connection.userAgent'],
    ],
    [
      'no user name and password',
      { name: 'A', connection: { protocol: 'xtream', url: xtream.url } },
      ['connection.username', 'connection.password'],
    ],
    [
      'a script as panel URL',
      { name: 'A', connection: { ...xtream, url: 'http://h/player_api.php' } },
      ['connection.url'],
    ],
    [
      'a query in a panel URL',
      { name: 'A', connection: { ...xtream, url: 'http://h/?username=u' } },
      ['connection.url'],
    ],
    [
      'null for a setting',
      { name: 'A', connection: m3u, settings: { parallelRequests: null } },
      ['settings.parallelRequests'],
    ],
    [
      'settings out of range',
      { name: 'A', connection: m3u, settings: { requestsPerSecond: 0, parallelRequests: 1.5 } },
      ['settings.requestsPerSecond', 'settings.parallelRequests'],
    ],
    ['settings that are no object', { name: 'A', connection: m3u, settings: 3 }, ['settings']],
    ['unknown settings', { name: 'A', connection: m3u, settings: { speed: 1 } }, ['settings.speed']],
  ])('refuses %s', async (_what, body, fields) => {
    expect(await fieldsOf(CreateProviderBody, body)).toEqual(fields);
  });

  it.each([
    'nope',
    'ftp://h/',
    'http://',
    'http:///c',
    'javascript:alert(1)',
    '//h/c',
    'http://a b/',
    7,
    null,
  ])('refuses %j as a URL', async (url) => {
    expect(await fieldsOf(CreateProviderBody, { name: 'A', connection: { ...m3u, url } })).toEqual([
      'connection.url',
    ]);
  });

  it('repeats no value in its messages', async () => {
    const body = { name: 'A', connection: { ...xtream, url: 'hunter2', password: 'hunter2\n' } };
    const error: unknown = await read(CreateProviderBody, body).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    const { detail, extra } = error as ProblemError;
    expect(extra.errors).toHaveLength(2);
    expect(JSON.stringify({ detail, extra })).not.toContain('hunter2');
  });
});

describe('other bodies and queries', () => {
  it('lets an update leave out everything', async () => {
    await expect(read(UpdateProviderBody, {})).resolves.toEqual({});
    expect(await fieldsOf(UpdateProviderBody, { name: null })).toEqual(['name']);
    expect(await fieldsOf(UpdateProviderBody, { sameCatalogue: 'yes' })).toEqual(['sameCatalogue']);
  });

  it('holds a connection to test to the rules of its protocol', async () => {
    expect(await fieldsOf(TestConnectionBody, { connection: { ...stalker, mac: '' } })).toEqual([
      'connection.mac',
    ]);
  });

  it('takes no body for a sync as auto', async () => {
    await expect(read(StartSyncBody, undefined)).resolves.toEqual({ mode: 'auto' });
    await expect(read(StartSyncBody, { mode: 'full' })).resolves.toEqual({ mode: 'full' });
    expect(await fieldsOf(StartSyncBody, { mode: 'fast' })).toEqual(['mode']);
  });

  it.each<[object, string[]]>([
    [{ limit: '0' }, ['limit']],
    [{ limit: '201' }, ['limit']],
    [{ limit: '1e2' }, ['limit']],
    [{ limit: '-1' }, ['limit']],
    [{ limit: '' }, ['limit']],
    [{ limit: ['1', '2'] }, ['limit']],
    [{ cursor: '' }, ['cursor']],
    [{ cursor: 'a b' }, ['cursor']],
    [{ page: '2' }, ['page']],
  ])('refuses the page query %j', async (query, fields) => {
    expect(await fieldsOf(PageQuery, query)).toEqual(fields);
  });

  it('reads numbers of queries', async () => {
    await expect(read(PageQuery, { limit: '200' })).resolves.toEqual({ limit: 200 });
    await expect(read(PageQuery, {})).resolves.toEqual({ limit: 50 });
    await expect(read(EventsQuery, { after: '12', limit: '1000' })).resolves.toEqual({
      after: 12,
      limit: 1000,
    });
    expect((await fieldsOf(EventsQuery, { after: '-1', limit: '1001' })).toSorted()).toEqual([
      'after',
      'limit',
    ]);
  });

  it.each(['', 'x1', 'p', 'P1', 'p1.>', 'p1 ', `p${'1'.repeat(40)}`])(
    'refuses %j as a provider id',
    async (id) => {
      expect(await fieldsOf(ProviderParams, { id })).toEqual(['id']);
    },
  );
});
