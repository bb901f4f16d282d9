import type { SyncJobDto } from '@catalogue-sync/api-client';
import { Alert, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useLiveProvider } from '../../api/live.js';
import { DemoButtons } from '../../providers/demo-buttons.js';
import { JobProgress } from '../../providers/job-progress.js';
import { Totals } from '../../providers/provider-card.js';
import { count, duration } from '../../words/numbers.js';
import { jobSeconds, When } from '../../words/times.js';
import { changesOf, useJobEnds, useJobs } from '../job-queries.js';
import { Chart } from './chart.js';
import { UseInYourApp } from './use-in-your-app.js';

const route = getRouteApi('/shell/providers/$id/');

/** How a provider is and has been. */
export function OverviewPage() {
  const { id } = route.useParams();
  const entry = useLiveProvider(id);
  const jobs = useJobs(id);
  const ends = useJobEnds(id);
  const finished = useMemo(
    () =>
      (jobs.data?.pages ?? [])
        .flatMap((page) => page.jobs)
        .filter((job) => job.finishedAt !== undefined)
        .reverse(),
    [jobs.data],
  );
  const totals = useMemo(() => {
    const found = ends.data ?? [];
    const curve = (label: string, color: string, kind: 'movie' | 'series' | 'channel') => ({
      label,
      color,
      values: found.map((end) => end.totals[kind]),
    });
    return {
      times: found.map(({ time }) => time),
      curves: [
        curve('Movies', '#4c6ef5', 'movie'),
        curve('Series', '#12b886', 'series'),
        curve('Channels', '#f08c00', 'channel'),
      ],
    };
  }, [ends.data]);
  const syncs = useMemo(() => syncCurves(finished), [finished]);
  if (entry === undefined) return null;
  const { status, progress, heldRemovals, provider } = entry;
  return (
    <Stack gap="lg">
      {heldRemovals > 0 && (
        <Alert color="orange" title="Nothing was removed: it is your decision" variant="light">
          The last sync would have removed far more than is usual.{' '}
          <Link to="/providers/$id/removals" params={{ id }}>
            See what is held, and why
          </Link>
        </Alert>
      )}
      {progress !== undefined && (
        <Paper withBorder p="lg" component="section" aria-label="The sync that is active">
          <JobProgress progress={progress} name={provider.name} />
          <Text size="xs" c="dimmed" mt="sm">
            You can close this tab: it keeps going.
          </Text>
        </Paper>
      )}
      <DemoButtons entries={[entry]} />
      <Paper withBorder p="lg">
        <Totals totals={status.totals} />
        <div className="facts" style={{ marginTop: 16 }}>
          <Fact name="Movies fresh as of" time={status.lastSyncMovies} />
          <Fact name="Series fresh as of" time={status.lastSyncSeries} />
          <Fact name="Channels fresh as of" time={status.lastSyncChannels} />
        </div>
      </Paper>
      <Chart
        title="Items over time"
        summary={`Movies ${count(status.totals.movie)}, series ${count(status.totals.series)}, channels ${count(status.totals.channel)} now`}
        format={count}
        {...totals}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
        <Chart
          title="Changes in each sync"
          summary={`Added, updated and removed items in ${finished.length} syncs`}
          times={syncs.times}
          curves={syncs.changes}
          format={count}
        />
        <Chart
          title="How long each sync took"
          summary={`Durations of ${finished.length} syncs`}
          times={syncs.times}
          curves={syncs.seconds}
          bars
          format={duration}
        />
      </SimpleGrid>
      <UseInYourApp id={id} />
    </Stack>
  );
}

function Fact({ name, time }: { name: string; time: string | undefined }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="sm">{time === undefined ? 'not yet' : <When time={time} />}</Text>
    </div>
  );
}

function syncCurves(jobs: readonly SyncJobDto[]) {
  const changes = jobs.map(({ counts }) => changesOf(counts));
  return {
    times: jobs.map((job) => job.finishedAt ?? job.createdAt),
    changes: [
      { label: 'Added', color: '#12b886', values: changes.map(({ added }) => added) },
      { label: 'Updated', color: '#4c6ef5', values: changes.map(({ updated }) => updated) },
      { label: 'Removed', color: '#fa5252', values: changes.map(({ removed }) => removed) },
    ],
    seconds: [
      {
        label: 'Duration',
        color: '#4c6ef5',
        values: jobs.map((job) => jobSeconds(job) ?? null),
      },
    ],
  };
}
