import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@catalogue-sync/hosting';
import { SimulatorConfig } from './simulator.config.js';

const load = (env: NodeJS.ProcessEnv) => loadConfig(SimulatorConfig, env);
const catalogues = (list: unknown) => load({ SIMULATOR_CATALOGUES: JSON.stringify(list) });

describe("the simulator's environment", () => {
  it('needs nothing: two demo catalogues on a port of its own, and neither database nor broker', () => {
    const config = load({});
    expect(config.SIMULATOR_CATALOGUES.map(({ name }) => name)).toEqual(['demo-stalker', 'demo-xtream']);
    expect([config.SIMULATOR_PORT, config.SIMULATOR_HOST]).toEqual([4080, '127.0.0.1']);
  });

  it('takes creation bodies, none too', () => {
    const [one] = catalogues([{ name: 'one', movies: 5, account: { username: 'u' } }]).SIMULATOR_CATALOGUES;
    expect(one).toMatchObject({ name: 'one', movies: 5, account: { username: 'u' } });
    expect(catalogues([]).SIMULATOR_CATALOGUES).toEqual([]);
  });

  it.each([
    ['{', /must be a JSON list/],
    ['{}', /must be a JSON list/],
    ['[7]', /catalogue 1 must be an object/],
    ['[{"movies":5}]', /catalogue 1: name must be/],
    ['[{"name":"a"},{"name":"b","movies":-5}]', /catalogue 2: movies must not be less than 0/],
    ['[{"name":"a","account":{"mac":"x"}}]', /catalogue 1: mac must look like/],
    ['[{"name":"a","colour":"red"}]', /colour should not exist/],
    ['[{"name":"a"},{"name":"a"}]', /two catalogues a/],
  ])('refuses %s and says why', (text, message) => {
    expect(() => load({ SIMULATOR_CATALOGUES: text })).toThrow(message);
  });
});
