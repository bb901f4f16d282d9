import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@catalogue-sync/testing';
import { faultTable, ROW_TIMEOUT_MS } from './support/fault-table.js';
import { Rig, type Service } from './support/rig.js';
import { Scene } from './support/scene.js';

jest.setTimeout(ROW_TIMEOUT_MS);

interface FreezePoint {
  service: Service;
  point: string;
  when: string;
}

const FREEZE_POINTS: readonly FreezePoint[] = [
  { service: 'fetcher', point: 'fetcher.page.before-publish', when: 'between two of a portal’s pages' },
  { service: 'reconciler', point: 'reconciler.page.after-commit', when: 'between commit and publish' },
  { service: 'reconciler', point: 'reconciler.page.before-commit', when: 'inside a transaction' },
  { service: 'snapshot', point: 'snapshot.fold.after-commit', when: 'between two folds' },
  { service: 'snapshot', point: 'snapshot.seal.before-commit', when: 'inside the transaction that seals' },
];

/** Whether the process is stopped (Linux). */
function isFrozen(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}

describe('frozen past its lease (two replicas)', () => {
  const row = faultTable('frozen past its lease (two replicas)');
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start({ replicas: 2 });
  }, 120_000);
  afterAll(() => rig?.stop(), 60_000);

  for (const { service, point, when } of FREEZE_POINTS) {
    it(`${row({
      name: `${service} frozen ${when}`,
      fault: `SIGSTOP at ${point}, SIGCONT when the job has ended without it`,
      expected:
        'the second replica completes the job; what the frozen one still writes is refused; the oracle',
    })}`, async () => {
      const scene = await Scene.open(rig, 'stalker');
      await scene.firstSync();
      await scene.tomorrow();
      await rig.arm(service, `${point}=stop@1`);
      const job = await scene.start();
      const zombie = await waitFor(() => rig.pids(service).find(isFrozen), {
        timeoutMs: 60_000,
        what: `a ${service} to freeze`,
      });
      try {
        const others = rig.pids(service).filter((pid) => pid !== zombie);
        await Promise.all(others.map((pid) => rig.armProcess(pid, '')));
        expect((await scene.end(job, 45_000)).state).toBe('completed');
      } finally {
        process.kill(zombie, 'SIGCONT');
      }
      const before = await scene.restExactly();
      // It answers again, so whatever it still meant to do is under way or refused.
      await rig.armProcess(zombie, '');
      await scene.tomorrow();
      expect((await scene.sync()).state).toBe('completed');
      const after = await scene.restExactly();
      expect(after.lastSeq).toBeGreaterThan(before.lastSeq);
      await scene.close();
    });
  }
});
