import { chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServerError } from './embedded-server.error.js';
import { ProcessLock } from './process-lock.js';

/** One for all systems of a machine. */
const FOLDER = join(tmpdir(), 'catalogue-sync-ports');

/**
 * A port that belongs to a server of ours from its first start to its orderly stop, also while it is dead and about to be started again.
 * Nothing listens there then, and another system that took the port would get the first one's services as its clients.
 */
export class PortClaim {
  private constructor(
    readonly port: number,
    private readonly lock: ProcessLock | undefined,
  ) {}

  /** undefined while the port belongs to somebody else. Where claims cannot be written down, none are heeded either. */
  static take(port: number): PortClaim | undefined {
    try {
      return new PortClaim(
        port,
        ProcessLock.acquire(fileOf(port), () => `Port ${port} is claimed.`),
      );
    } catch (error) {
      if (error instanceof EmbeddedServerError) return undefined;
      return PortClaim.unwritten(port);
    }
  }

  /** Nobody else heeds it. */
  static unwritten(port: number): PortClaim {
    return new PortClaim(port, undefined);
  }

  release(): void {
    this.lock?.release();
  }
}

function fileOf(port: number): string {
  // Open to every account of the machine, like the folder that it lies in.
  if (mkdirSync(FOLDER, { recursive: true }) !== undefined) chmodSync(FOLDER, 0o1777);
  return join(FOLDER, `${port}.lock`);
}
