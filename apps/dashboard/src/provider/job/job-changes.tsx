import type { CatalogueEventDto, SyncJobDto } from '@catalogue-sync/api-client';
import { Paper, SegmentedControl, Stack, Text, TextInput, Title, Group } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api } from '../../api/api.js';
import { SEARCH_FIELD } from '../../app/keyboard-help.js';
import { CHANGES, type Change } from '../../app/url-filters.js';
import { Answer } from '../../states/answer.js';
import { MoreButton } from '../../states/more-button.js';
import { nameInBody } from '../../words/names.js';
import { count } from '../../words/numbers.js';
import { changesOf, useJobEnds, type JobEnd } from '../job-queries.js';
import { ChangeRow } from './change-row.js';

const route = getRouteApi('/shell/providers/$id/history/$job');

const PAGE = 200;

/** Every change of a job, by kind of change; searchable by name. */
export function JobChanges({ job }: { job: SyncJobDto }) {
  const ends = useJobEnds(job.providerId);
  return (
    <section aria-labelledby="changes">
      <Title order={2} size="h5" id="changes" mb="sm">
        Changes
      </Title>
      <Answer query={ends}>
        {(found) => {
          const range = rangeOf(found, job.id);
          if (range === undefined)
            return (
              <Text size="sm" c="dimmed">
                The event log no longer has the changes of this sync, or there were none.
              </Text>
            );
          return <ChangesInRange job={job} range={range} />;
        }}
      </Answer>
    </section>
  );
}

/** Sequence numbers: events after the first and up to the second. */
type Range = readonly [number, number];

function rangeOf(ends: readonly JobEnd[], jobId: string): Range | undefined {
  const at = ends.findIndex((end) => end.jobId === jobId);
  const end = ends[at];
  return end === undefined ? undefined : [ends[at - 1]?.seq ?? 0, end.seq];
}

function ChangesInRange({ job, range: [from, to] }: { job: SyncJobDto; range: Range }) {
  const counts = changesOf(job.counts);
  const { change = CHANGES.find((name) => counts[name] > 0) ?? 'added', q } = route.useSearch();
  const navigate = route.useNavigate();
  const events = useInfiniteQuery({
    queryKey: ['changes', job.providerId, job.id, change],
    queryFn: ({ pageParam, signal }) => readChanges(job.providerId, change, pageParam, to, signal),
    initialPageParam: from,
    getNextPageParam: (page) => (page.nextAfter >= to ? undefined : page.nextAfter),
    staleTime: Infinity,
  });
  return (
    <Stack gap="sm">
      <Group>
        <SegmentedControl
          aria-label="Kind of change"
          value={change}
          onChange={(value) =>
            void navigate({ search: (before) => ({ ...before, change: value as Change }), replace: true })
          }
          data={CHANGES.map((name) => ({ value: name, label: `${name} ${count(counts[name])}` }))}
        />
        <TextInput
          id={SEARCH_FIELD}
          aria-label="Search the changes that are shown"
          placeholder="Search by name or id"
          defaultValue={q ?? ''}
          onChange={(event) => {
            const text = event.currentTarget.value.trim();
            void navigate({
              search: (before) => ({ ...before, q: text === '' ? undefined : text }),
              replace: true,
            });
          }}
        />
      </Group>
      <Answer query={events}>
        {({ pages }) => {
          const shown = pages.flatMap((page) => page.events).filter((event) => matches(event, q));
          return (
            <>
              {shown.length === 0 ? (
                <Text size="sm" c="dimmed">
                  {q === undefined ? 'None.' : 'None of those that are loaded has this name.'}
                </Text>
              ) : (
                <Paper withBorder>
                  {shown.map((event) => (
                    <ChangeRow key={event.seq} provider={job.providerId} event={event} change={change} />
                  ))}
                </Paper>
              )}
              <MoreButton pages={events} />
            </>
          );
        }}
      </Answer>
    </Stack>
  );
}

/** The log is looked through until a page has something to show, or ends. */
async function readChanges(id: string, change: Change, start: number, to: number, signal: AbortSignal) {
  let after = start;
  for (;;) {
    const page = await api.readEvents({
      path: { id },
      query: { after, type: `catalogue.item-${change}.v1`, limit: PAGE },
      signal,
    });
    const events = page.events.filter(({ seq }) => seq <= to);
    if (events.length > 0 || page.nextAfter >= to || page.nextAfter === after)
      return { events, nextAfter: page.nextAfter === after ? to : page.nextAfter };
    after = page.nextAfter;
  }
}

function matches({ data, subject }: CatalogueEventDto, q: string | undefined): boolean {
  if (q === undefined) return true;
  return `${nameInBody(data)} ${subject ?? String(data.id)}`.toLowerCase().includes(q.toLowerCase());
}
