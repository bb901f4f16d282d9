import type { ConnectionReportDto } from '@catalogue-sync/api-client';
import { Alert, Group, Stack, Text } from '@mantine/core';
import { count } from '../words/numbers.js';
import { absoluteTime } from '../words/times.js';

const STEP_NAMES = { reach: 'Reached', login: 'Logged in', count: 'Counted' };
const COUNT_NAMES: Record<string, string> = {
  channel: 'channels',
  movie: 'movies',
  series: 'series',
  vod: 'movies and series',
};

/** What a test of a connection found: a tick for each step, or the plain fix. */
export function ConnectionReport({ report }: { report: ConnectionReportDto }) {
  const { steps, account, counts, error } = report;
  return (
    <Stack gap={6} role="status" aria-label="Result of the connection test">
      {steps.map((step) => (
        <Group key={step.name} gap="xs" wrap="nowrap" align="flex-start">
          <Text size="sm" fw={700} c={step.ok ? 'teal' : 'red'}>
            <span aria-hidden>{step.ok ? '✓' : '✕'}</span>
            <span className="skip-link">{step.ok ? 'worked' : 'failed'}</span>
          </Text>
          <Text size="sm">
            <b>{STEP_NAMES[step.name]}</b>: {step.detail}{' '}
            <Text span size="xs" c="dimmed">
              {count(Math.round(step.milliseconds))} ms
            </Text>
          </Text>
        </Group>
      ))}
      {counts !== undefined && (
        <Text size="sm">
          It lists{' '}
          {Object.entries(counts)
            .map(([kind, found]) => `${count(found)} ${COUNT_NAMES[kind] ?? kind}`)
            .join(', ')}
          .
        </Text>
      )}
      {account !== undefined && <Text size="sm">{accountWords(account)}</Text>}
      {error !== undefined && (
        <Alert color="red" variant="light" title="What to do">
          {error.message}
        </Alert>
      )}
    </Stack>
  );
}

function accountWords(account: NonNullable<ConnectionReportDto['account']>): string {
  const { status, expiresAt, maxConnections, activeConnections } = account;
  return [
    ...(status === undefined ? [] : [`The account is ${status.toLowerCase()}`]),
    ...(expiresAt === undefined ? [] : [`it expires on ${absoluteTime(expiresAt)}`]),
    ...(maxConnections === undefined
      ? []
      : [`${activeConnections ?? 0} of ${maxConnections} connections are in use`]),
  ].join(', ');
}
