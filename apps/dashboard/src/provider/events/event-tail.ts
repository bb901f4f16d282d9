import { ApiError, type CatalogueEventDto } from '@catalogue-sync/api-client';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/api.js';

/** Events that a page keeps. */
const KEPT = 200;
/** What comes in between is drawn together, ms: a sync writes thousands in a second. */
const DRAWN_EVERY_MS = 300;

/** The last events of a provider, newest first; while paused new ones wait. */
export function useEventTail(id: string, isPaused: boolean) {
  const [events, setEvents] = useState<CatalogueEventDto[]>([]);
  const [waiting, setWaiting] = useState(0);
  const [error, setError] = useState<Error>();
  const arrived = useRef<CatalogueEventDto[]>([]);
  const skipped = useRef(0);

  useEffect(() => {
    const stop = new AbortController();
    const follow = async () => {
      const head = await readHead(id);
      const after = Math.max(0, head - KEPT);
      for await (const event of api.followEvents(id, after, stop.signal)) {
        arrived.current.push(event);
        if (arrived.current.length > KEPT) {
          arrived.current.shift();
          skipped.current += 1;
        }
      }
    };
    follow().catch((thrown: unknown) => {
      if (!stop.signal.aborted) setError(thrown as Error);
    });
    return () => {
      stop.abort();
      arrived.current = [];
      skipped.current = 0;
      setEvents([]);
    };
  }, [id]);

  useEffect(() => {
    const timer = setInterval(() => {
      const count = arrived.current.length;
      if (isPaused) {
        setWaiting(count + skipped.current);
        return;
      }
      setWaiting(0);
      if (count === 0) return;
      const news = arrived.current.reverse();
      arrived.current = [];
      skipped.current = 0;
      setEvents((before) => [...news, ...before].slice(0, KEPT));
    }, DRAWN_EVERY_MS);
    return () => clearInterval(timer);
  }, [isPaused]);

  return { events, waiting, error };
}

/** The last sequence number. A log that was trimmed at its beginning tells it behind the newest version. */
async function readHead(id: string): Promise<number> {
  try {
    return (await api.readEvents({ path: { id }, query: { after: 0, limit: 1 } })).head;
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.status !== 410) throw thrown;
    const { snapshots } = await api.listSnapshots({ path: { id } });
    // A restored version has no place in the log.
    const after = snapshots.find(({ asOfSeq }) => asOfSeq !== null)?.asOfSeq ?? 0;
    return (await api.readEvents({ path: { id }, query: { after, limit: 1 } })).head;
  }
}
