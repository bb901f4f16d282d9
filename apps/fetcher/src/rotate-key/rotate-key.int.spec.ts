import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUEST, type ProviderId } from '@catalogue-sync/contracts';
import { renewCredentials } from '@catalogue-sync/persistence';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';
import { SEALED_CONNECTIONS } from './sealed-connections.js';

const [OLD, NEW, FOREIGN] = [7, 8, 9].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [
  string,
  string,
  string,
];

// Real: Postgres, NATS, HTTP.
describe('a new key for the credentials', () => {
  let bench: FetcherBench;
  const providers: ProviderId[] = [];
  beforeAll(async () => {
    bench = await FetcherBench.start();
    await bench.replica('with the old key');
    for (const name of ['a', 'b', 'c']) providers.push(await bench.provider(name));
  });
  afterAll(() => bench.stop());

  const rotate = (keys: string) => renewCredentials(bench.databaseUrl, SEALED_CONNECTIONS, keys);
  const stored = async () =>
    (
      await bench.database.query<{ data: Buffer }>(
        'select connection_encrypted as data from fetcher.provider order by id',
      )
    ).rows.map(({ data }) => data.toString('base64'));
  const reaches = async (name: string, key: string, provider: ProviderId) => {
    await bench.stopReplicas();
    await bench.replica(name, { CREDENTIALS_KEY: key });
    return bench.send(REQUEST.testProvider, { providerId: provider }).then(
      ({ ok }) => ok,
      (error: { code: string }) => error.code,
    );
  };

  it('changes nothing when one of them cannot be read', async () => {
    const before = await stored();
    await expect(rotate(`${NEW},${FOREIGN}`)).rejects.toThrow(
      /cannot be read with any of the keys, so nothing was changed/,
    );
    await bench.database.query(`update fetcher.provider set connection_encrypted = '\\x00' where id = $1`, [
      providers.toSorted().at(-1),
    ]);
    await expect(rotate(`${NEW},${OLD}`)).rejects.toThrow(/nothing was changed/);
    expect((await stored()).slice(0, -1)).toEqual(before.slice(0, -1));
    await bench.database.query('update fetcher.provider set connection_encrypted = $2 where id = $1', [
      providers.toSorted().at(-1),
      Buffer.from(before.at(-1) ?? '', 'base64'),
    ]);
  });

  it('is put in front, read beside the old one, and then alone', async () => {
    const [provider = '' as ProviderId] = providers;
    expect(await reaches('with both', `${NEW}\n${OLD}`, provider)).toBe(true);
    // What is written now is under the new key already.
    const late = await bench.provider('d');
    expect(await rotate(`${NEW},${OLD}`)).toEqual({ renewed: 3, current: 1 });
    expect(await rotate(`${NEW},${OLD}`)).toEqual({ renewed: 0, current: 4 });
    for (const id of [provider, late]) expect(await reaches('with the new one', NEW, id)).toBe(true);
    expect(await reaches('with the old one', OLD, provider)).toBe('internal');
  });
});
