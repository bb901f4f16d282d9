import { SHARED_SIMULATOR, Simulator } from './support/simulator.ts';
import { SHARED_SYSTEM, System } from './support/system.ts';

declare global {
  var sharedByE2e: { stop(): Promise<unknown> } | undefined;
}

/** Starts the system and the simulator that the files of a run share: starting one takes as long as many a file's tests. */
export default async function startShared(): Promise<void> {
  const [system, simulator] = await Promise.all([System.start(), Simulator.start()]);
  process.env[SHARED_SYSTEM] = JSON.stringify(system.ready);
  process.env[SHARED_SIMULATOR] = simulator.url;
  globalThis.sharedByE2e = { stop: () => Promise.all([system.stop(), simulator.stop()]) };
}
