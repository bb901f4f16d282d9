import type { SyncJobDto } from '@catalogue-sync/api-client';
import { Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { stateOf } from '../../providers/job-state.js';
import { StateBadge } from '../../providers/state-badge.js';
import { count } from '../../words/numbers.js';
import { MODE_NAME, nameIn, OUTCOME_NAME, SCOPE_NAME } from '../../words/names.js';
import { jobDuration, When } from '../../words/times.js';
import { changesOf } from '../job-queries.js';

/** Syncs with their parts and reasons, in the order in which they come. */
export function JobTimeline({ jobs }: { jobs: readonly SyncJobDto[] }) {
  return (
    <Stack gap="xs" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {jobs.map((job) => (
        <li key={job.id}>
          <JobEntry job={job} />
        </li>
      ))}
    </Stack>
  );
}

function JobEntry({ job }: { job: SyncJobDto }) {
  const { added, updated, removed } = changesOf(job.counts);
  const took = jobDuration(job);
  const version =
    job.snapshotVersion === undefined
      ? ''
      : ` · version ${job.snapshotVersion}${job.snapshotChanged === false ? ' confirmed' : ''}`;
  return (
    <Paper withBorder px="md" py="sm">
      <Group justify="space-between" align="flex-start" gap="xs" wrap="nowrap">
        <Stack gap={2}>
          <Group gap="xs">
            <StateBadge state={stateOf(job)} />
            <Link
              to="/providers/$id/history/$job"
              params={{ id: job.providerId, job: job.id }}
              className="plain"
            >
              <Text span size="sm" fw={550}>
                {count(added)} added, {count(updated)} updated, {count(removed)} removed
              </Text>
            </Link>
          </Group>
          {job.reason !== undefined && <Text size="sm">{job.reason}</Text>}
          <Text size="xs" c="dimmed">
            {job.scopes.map(scopeWords).join(' · ')}
          </Text>
        </Stack>
        <Text size="xs" c="dimmed" ta="right" style={{ flexShrink: 0 }}>
          <When time={job.startedAt ?? job.createdAt} /> by {job.trigger}
          <br />
          {took}
          {version}
        </Text>
      </Group>
    </Paper>
  );
}

function scopeWords(scope: SyncJobDto['scopes'][number]): string {
  const outcome = scope.outcome === undefined ? scope.state : nameIn(OUTCOME_NAME, scope.outcome);
  const tries = scope.attempt > 1 ? `, try ${scope.attempt} of ${scope.attempts}` : '';
  return `${nameIn(SCOPE_NAME, scope.scope)}: ${outcome} (${nameIn(MODE_NAME, scope.mode)}${tries})`;
}
