import type { SyncJobDto } from '@catalogue-sync/api-client';
import { Group, Paper, Stack, Switch, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { stateOf } from '../../providers/job-state.js';
import { StateBadge } from '../../providers/state-badge.js';
import { Answer } from '../../states/answer.js';
import { Empty } from '../../states/empty.js';
import { MoreButton } from '../../states/more-button.js';
import { count } from '../../words/numbers.js';
import { MODE_NAME, nameIn, OUTCOME_NAME, SCOPE_NAME } from '../../words/names.js';
import { jobDuration, When } from '../../words/times.js';
import { changesOf, useJobs } from '../job-queries.js';

const route = getRouteApi('/shell/providers/$id/history');

/** All syncs as one timeline, newest first. */
export function HistoryPage() {
  const { id } = route.useParams();
  const { only } = route.useSearch();
  const navigate = route.useNavigate();
  const jobs = useJobs(id);
  return (
    <Stack gap="md">
      <Switch
        label="Only those that did not simply complete"
        checked={only === 'failed'}
        onChange={(event) =>
          void navigate({ search: event.currentTarget.checked ? { only: 'failed' } : {}, replace: true })
        }
      />
      <Answer query={jobs}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.jobs);
          const shown = only === 'failed' ? all.filter(({ state }) => DID_NOT_COMPLETE.has(state)) : all;
          if (shown.length === 0)
            return (
              <Empty title={all.length === 0 ? 'No sync yet' : 'All syncs completed'}>
                {all.length === 0 ? 'Start one with “Sync now”.' : undefined}
              </Empty>
            );
          return (
            <>
              <Stack gap="xs" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
                {shown.map((job) => (
                  <li key={job.id}>
                    <JobEntry job={job} />
                  </li>
                ))}
              </Stack>
              <MoreButton pages={jobs} />
            </>
          );
        }}
      </Answer>
    </Stack>
  );
}

const DID_NOT_COMPLETE = new Set<SyncJobDto['state']>(['failed', 'partial', 'cancelled']);

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
