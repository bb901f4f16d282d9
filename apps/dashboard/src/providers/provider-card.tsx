import type { LiveProviderDto } from '@catalogue-sync/api-client';
import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { KIND_NAMES, nameIn, PROTOCOL_NAME } from '../words/names.js';
import { count } from '../words/numbers.js';
import { When } from '../words/times.js';
import { conditionOf, CONDITIONS } from './job-state.js';
import { JobProgress } from './job-progress.js';
import { StateBadge } from './state-badge.js';
import { SyncButton } from './sync-button.js';

/** A provider at a glance. */
export function ProviderCard({ entry }: { entry: LiveProviderDto }) {
  const { provider, status, progress } = entry;
  return (
    <Card component="article" withBorder padding="lg" aria-labelledby={`name-${provider.id}`}>
      <Stack gap="md" h="100%">
        <Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs">
          <Stack gap={0} miw={0}>
            <Title order={2} size="h4" id={`name-${provider.id}`} style={{ overflowWrap: 'anywhere' }}>
              <Link to="/providers/$id" params={{ id: provider.id }} className="plain">
                {provider.name}
              </Link>
            </Title>
            <Text size="xs" c="dimmed" truncate>
              {nameIn(PROTOCOL_NAME, provider.protocol)} · {provider.origin.replace(/^https?:\/\//, '')}
            </Text>
          </Stack>
          <StateBadge state={CONDITIONS[conditionOf(entry)]} />
        </Group>
        {/* Until the first sync is through there are none to tell. */}
        {status.lastJob !== undefined && <Totals totals={status.totals} />}
        {progress === undefined ? (
          <LastSync entry={entry} />
        ) : (
          <JobProgress progress={progress} name={provider.name} />
        )}
        <Group mt="auto" justify="flex-end" pt={4}>
          <SyncButton entry={entry} size="xs" />
        </Group>
      </Stack>
    </Card>
  );
}

const KINDS = ['movie', 'series', 'channel'] as const;

/** Live items of each kind. */
export function Totals({ totals }: { totals: LiveProviderDto['status']['totals'] }) {
  return (
    <Group grow gap="xs" component="dl" m={0}>
      {KINDS.map((kind) => (
        <div key={kind} style={{ display: 'flex', flexDirection: 'column-reverse' }}>
          <Text component="dt" size="xs" c="dimmed">
            {nameIn(KIND_NAMES, kind)}
          </Text>
          <Text component="dd" m={0} size="lg" fw={600}>
            {count(totals[kind])}
          </Text>
        </div>
      ))}
    </Group>
  );
}

function LastSync({ entry: { provider, status, heldRemovals, nextRunAt } }: { entry: LiveProviderDto }) {
  const { lastJob, coolDown } = status;
  const last = newestOf([status.lastSyncMovies, status.lastSyncSeries, status.lastSyncChannels]);
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed">
        {last === undefined ? (
          'Not synced yet.'
        ) : (
          <>
            Fresh as of <When time={last} />
          </>
        )}
        {nextRunAt !== undefined && (
          <>
            {' · next run '}
            <When time={nextRunAt} />
          </>
        )}
      </Text>
      {lastJob?.reason !== undefined && lastJob.state !== 'completed' && (
        <Text size="sm" lineClamp={3}>
          {lastJob.reason}
        </Text>
      )}
      {coolDown !== undefined && (
        <Text size="sm">
          {coolDown.reason} Until <When time={coolDown.until} />.
        </Text>
      )}
      {heldRemovals > 0 && (
        <Text size="sm">
          <Link to="/providers/$id/removals" params={{ id: provider.id }}>
            {heldRemovals === 1 ? 'A removal waits' : `${heldRemovals} removals wait`} for your decision
          </Link>
        </Text>
      )}
    </Stack>
  );
}

function newestOf(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}
