import type { SyncJobDto } from '@catalogue-sync/api-client';
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api } from '../../api/api.js';
import { useLiveProvider } from '../../api/live.js';
import { stateOf } from '../../providers/job-state.js';
import { JobProgress } from '../../providers/job-progress.js';
import { StateBadge } from '../../providers/state-badge.js';
import { Answer } from '../../states/answer.js';
import { say, sayFailure } from '../../states/say.js';
import { KIND_NAMES, MODE_NAME, nameIn, OUTCOME_NAME, SCOPE_NAME } from '../../words/names.js';
import { count } from '../../words/numbers.js';
import { absoluteTime, jobDuration } from '../../words/times.js';
import { JobChanges } from './job-changes.js';

const route = getRouteApi('/shell/providers/$id/history/$job');

/** One sync: what it did, where it stumbled, and every change that it found. */
export function JobPage() {
  const { id, job: jobId } = route.useParams();
  const active = useLiveProvider(id);
  const isActive = active?.status.activeJob?.id === jobId;
  const job = useQuery({
    queryKey: ['job', id, jobId, isActive],
    queryFn: () => api.getSyncJob({ path: { id, job: jobId } }),
    refetchInterval: isActive ? 3_000 : false,
  });
  return (
    <Answer query={job}>
      {(found) => (
        <Stack gap="lg">
          <JobHead job={found} />
          {isActive && active?.progress !== undefined && (
            <Paper withBorder p="lg">
              <JobProgress progress={active.progress} name={active.provider.name} />
            </Paper>
          )}
          <ScopeTable job={found} />
          <KindTable job={found} />
          {found.finishedAt !== undefined && <JobChanges job={found} />}
        </Stack>
      )}
    </Answer>
  );
}

function JobHead({ job }: { job: SyncJobDto }) {
  const retry = useMutation({
    mutationFn: () => api.retrySyncJob({ path: { id: job.providerId, job: job.id } }),
    onSuccess: () => say('The scopes that did not come through are being synced again.'),
    onError: sayFailure,
  });
  const canRetry = job.state === 'failed' || job.state === 'partial' || job.state === 'cancelled';
  return (
    <Group justify="space-between" align="flex-start">
      <Stack gap={4}>
        <Group gap="sm">
          <Title order={2} size="h4">
            Sync of {absoluteTime(job.startedAt ?? job.createdAt)}
          </Title>
          <StateBadge state={stateOf(job)} />
        </Group>
        <Text size="sm" c="dimmed">
          Started by {job.trigger}, {nameIn(MODE_NAME, job.requestedMode)}
          {job.finishedAt !== undefined && `, took ${jobDuration(job)}`}
        </Text>
        {job.reason !== undefined && <Text size="sm">{job.reason}</Text>}
      </Stack>
      <Group gap="xs">
        {canRetry && (
          <Button variant="default" size="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
            Retry what failed
          </Button>
        )}
        <Link to="/providers/$id/history" params={{ id: job.providerId }} style={{ fontSize: 14 }}>
          All syncs
        </Link>
      </Group>
    </Group>
  );
}

function ScopeTable({ job }: { job: SyncJobDto }) {
  return (
    <Paper withBorder style={{ overflowX: 'auto' }}>
      <table className="quiet-table" aria-label="Parts of this sync">
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Outcome</th>
            <th scope="col">Mode, and why</th>
            <th scope="col" className="number">
              Tries
            </th>
            <th scope="col" className="number">
              Items
            </th>
          </tr>
        </thead>
        <tbody>
          {job.scopes.map((scope) => (
            <tr key={scope.scope}>
              <td>{nameIn(SCOPE_NAME, scope.scope)}</td>
              <td>
                {scope.outcome === undefined ? scope.state : nameIn(OUTCOME_NAME, scope.outcome)}
                {scope.reason !== undefined && (
                  <Text size="xs" c="dimmed">
                    {scope.reason}
                  </Text>
                )}
              </td>
              <td>
                {nameIn(MODE_NAME, scope.mode)}
                <Text size="xs" c="dimmed">
                  {scope.modeReason}
                </Text>
              </td>
              <td className="number">
                {scope.attempt} of {scope.attempts}
              </td>
              <td className="number">{count(scope.itemsReconciled)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Paper>
  );
}

const KINDS = ['movie', 'series', 'channel', 'category'] as const;

function KindTable({ job }: { job: SyncJobDto }) {
  return (
    <Paper withBorder style={{ overflowX: 'auto' }}>
      <table className="quiet-table" aria-label="Changes by kind">
        <thead>
          <tr>
            <th scope="col">Kind</th>
            {['Added', 'Updated', 'Removed', 'Unchanged'].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {KINDS.map((kind) => (
            <tr key={kind}>
              <td>{kind === 'category' ? 'Categories' : nameIn(KIND_NAMES, kind)}</td>
              <td className="number">{count(job.counts[kind].added)}</td>
              <td className="number">{count(job.counts[kind].updated)}</td>
              <td className="number">{count(job.counts[kind].removed)}</td>
              <td className="number">{count(job.counts[kind].unchanged)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Paper>
  );
}
