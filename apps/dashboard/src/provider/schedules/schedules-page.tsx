import type { ScheduleDto } from '@catalogue-sync/api-client';
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api } from '../../api/api.js';
import { Answer } from '../../states/answer.js';
import { sayFailure } from '../../states/say.js';
import { MODE_NAME, nameIn } from '../../words/names.js';
import { When } from '../../words/times.js';
import { NewSchedule } from './new-schedule.js';

const route = getRouteApi('/shell/providers/$id/schedules');

/** When this provider is synced by itself. */
export function SchedulesPage() {
  const { id } = route.useParams();
  const schedules = useQuery({
    queryKey: ['schedules', id],
    queryFn: () => api.listSchedules({ path: { id } }),
    refetchInterval: 30_000,
  });
  return (
    <Stack gap="lg">
      <Answer query={schedules}>
        {({ schedules: found }) => (
          <Stack gap="xs">
            {found.length === 0 && (
              <Text c="dimmed" size="sm">
                Nothing is planned: syncs start by hand only.
              </Text>
            )}
            {found.map((schedule) => (
              <ScheduleEntry key={schedule.id} provider={id} schedule={schedule} />
            ))}
          </Stack>
        )}
      </Answer>
      <NewSchedule provider={id} />
    </Stack>
  );
}

function ScheduleEntry({ provider, schedule }: { provider: string; schedule: ScheduleDto }) {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: ['schedules', provider] });
  const path = { id: provider, schedule: schedule.id };
  const pause = useMutation({
    mutationFn: () => api.updateSchedule({ path, body: { paused: !schedule.paused } }),
    onError: sayFailure,
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteSchedule({ path }),
    onError: sayFailure,
    onSettled,
  });
  return (
    <Paper withBorder p="md">
      <Group justify="space-between">
        <Stack gap={2}>
          <Text fw={550}>{schedule.words}</Text>
          <Text size="sm" c="dimmed">
            {schedule.timeZone} · {nameIn(MODE_NAME, schedule.mode)} ·{' '}
            {schedule.nextRunAt === undefined ? (
              'paused'
            ) : (
              <>
                next run <When time={schedule.nextRunAt} />
              </>
            )}
          </Text>
          {schedule.fault !== undefined && <Text size="sm">{schedule.fault}</Text>}
        </Stack>
        <Group gap="xs">
          <Button size="xs" variant="default" loading={pause.isPending} onClick={() => pause.mutate()}>
            {schedule.paused ? 'Go on' : 'Pause'}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="red"
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            Delete
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}
