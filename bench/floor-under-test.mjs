// The floor pipeline on servers of its own, and its list at a provider of the simulator.
import { join } from 'node:path';
import { EmbeddedNats, EmbeddedPostgres } from '@catalogue-sync/embedded';
import { databaseBytes } from './provider-under-test.mjs';
import { processorTicks, stolenSince } from './stolen-time.mjs';
import { peakMemory, resetPeak, startFloor } from './system-under-test.mjs';

const CATALOGUE = 'floor';

export class FloorUnderTest {
  constructor(simulator, servers, floor) {
    this.simulator = simulator;
    this.servers = servers;
    this.floor = floor;
  }

  /** Creates a catalogue of `items` movies, and starts what the floor needs below `directory`. */
  static async start(simulator, directory, items) {
    const size = { movies: items, series: 0, channels: 0 };
    const account = { username: 'u', password: 'p', mac: '00:1A:79:00:00:01' };
    await simulator.control('PUT', CATALOGUE, { seed: 1, ...size, account });
    await simulator.listHost.keep(CATALOGUE);
    const postgres = await new EmbeddedPostgres({ dataDir: join(directory, 'floor-pg') }).start();
    const nats = await new EmbeddedNats({ storeDir: join(directory, 'floor-nats') }).start();
    const floor = await startFloor({
      databaseUrl: postgres.url,
      natsUrl: nats.url,
      directory,
      listUrl: `${simulator.listHost.url}/${CATALOGUE}/player_api.php?username=u&password=p&action=get_vod_streams`,
    });
    return new FloorUnderTest(simulator, { postgres, nats }, floor);
  }

  /** One pass over the list: seconds, what the host took, its peak of memory, bytes in Postgres. */
  async run() {
    resetPeak(this.floor.pid);
    const ticks = processorTicks();
    const { seconds } = await this.floor.run();
    const peaks = { floor: peakMemory(this.floor.pid) };
    return {
      seconds,
      stolen: stolenSince(ticks),
      peaks,
      bytes: await databaseBytes(this.servers.postgres.url),
    };
  }

  async tomorrow(counts) {
    await this.simulator.control('POST', `${CATALOGUE}/tomorrow`, counts);
    await this.simulator.listHost.keep(CATALOGUE);
  }

  async stop() {
    await this.floor.stop();
    await this.servers.nats.stop();
    await this.servers.postgres.stop();
  }
}
