import { PRESENCE_SUBJECT, PRESENT_SERVICES, type Presence } from '@catalogue-sync/contracts';
import type { NatsConnection } from '@nats-io/transport-node';

/** Whoever has not answered by then is not there. */
const ANSWER_WITHIN_MS = 1000;
/** After this long without one more answer nobody else is waited for. */
const QUIET_MS = 200;
const MAX_REPLICAS = 500;

/** The replicas that answer now, in the order of the services and of their names. Takes a fifth of a second, a second at most. */
export async function listPresences(connection: NatsConnection): Promise<Presence[]> {
  const answers = await connection.requestMany(PRESENCE_SUBJECT, '', {
    strategy: 'stall',
    maxWait: ANSWER_WITHIN_MS,
    stall: QUIET_MS,
    maxMessages: MAX_REPLICAS,
  });
  const found: Presence[] = [];
  for await (const message of answers) {
    const presence = readPresence(message.string());
    if (presence !== undefined) found.push(presence);
  }
  return found.sort((a, b) => rank(a) - rank(b) || a.replica.localeCompare(b.replica));
}

/** Whoever may publish to the server may answer: what does not look like a replica is passed over. */
function readPresence(text: string): Presence | undefined {
  try {
    const { service, replica, startedAt, pid, memoryBytes } = JSON.parse(text) as Partial<Presence>;
    const isPresence =
      PRESENT_SERVICES.includes(service!) &&
      typeof replica === 'string' &&
      typeof startedAt === 'string' &&
      !Number.isNaN(Date.parse(startedAt)) &&
      Number.isSafeInteger(pid) &&
      Number.isSafeInteger(memoryBytes);
    if (!isPresence) return undefined;
    return {
      service: service!,
      replica: replica.slice(0, 200),
      startedAt,
      pid: pid!,
      memoryBytes: memoryBytes!,
    };
  } catch {
    return undefined;
  }
}

function rank({ service }: Presence): number {
  return PRESENT_SERVICES.indexOf(service);
}
