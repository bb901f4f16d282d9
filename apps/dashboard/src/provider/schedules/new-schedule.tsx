import { Button, Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/api.js';
import { say, sayFailure } from '../../states/say.js';
import { absoluteTime } from '../../words/times.js';
import { Suggestion } from './suggestion.js';

const USUAL = [
  { value: '0 * * * *', label: 'Every hour' },
  { value: '0 */6 * * *', label: 'Every six hours' },
  { value: '0 4 * * *', label: 'Every night at four' },
  { value: '0 4 * * 1', label: 'Every Monday at four' },
  { value: 'other', label: 'Something else' },
];
const MODES = [
  { value: 'auto', label: 'Automatic: what each part needs' },
  { value: 'full', label: 'Full: everything is read' },
];
const TYPING_MS = 400;

/** A plan in words, with its next runs before it is saved. */
export function NewSchedule({ provider }: { provider: string }) {
  const [usual, setUsual] = useState('0 */6 * * *');
  const [own, setOwn] = useState('');
  const [mode, setMode] = useState<'auto' | 'full'>('auto');
  const cron = usual === 'other' ? own.trim() : usual;
  const [settled] = useDebouncedValue(cron, TYPING_MS);
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const queries = useQueryClient();
  const preview = useQuery({
    queryKey: ['schedule-preview', settled, timeZone],
    queryFn: () =>
      api.previewSchedule({ path: { id: provider }, body: { cron: settled, timeZone, count: 3 } }),
    enabled: settled !== '',
    retry: false,
  });
  const create = useMutation({
    mutationFn: () => api.createSchedule({ path: { id: provider }, body: { cron, timeZone, mode } }),
    onSuccess: ({ words }) => say(`Planned: ${words}.`),
    onError: sayFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: ['schedules', provider] }),
  });
  const take = (suggested: string) => {
    const isUsual = USUAL.some(({ value }) => value === suggested);
    setUsual(isUsual ? suggested : 'other');
    if (!isUsual) setOwn(suggested);
  };
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="new-schedule">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack gap="sm">
          <Title order={2} size="h5" id="new-schedule">
            New schedule
          </Title>
          <Suggestion provider={provider} onTake={take} />
          <Group align="flex-start">
            <Select
              label="How often"
              data={USUAL}
              value={usual}
              allowDeselect={false}
              onChange={(value) => setUsual(value ?? 'other')}
            />
            {usual === 'other' && (
              <TextInput
                label="Cron expression"
                description="Minute, hour, day of month, month, day of week"
                placeholder="30 5 * * *"
                value={own}
                onChange={(event) => setOwn(event.currentTarget.value)}
                error={preview.error?.message}
                required
              />
            )}
            <Select
              label="Mode"
              data={MODES}
              value={mode}
              allowDeselect={false}
              onChange={(value) => setMode(value === 'full' ? 'full' : 'auto')}
              w={280}
            />
          </Group>
          {preview.data !== undefined && (
            <Text size="sm" c="dimmed">
              {preview.data.words}. Next: {preview.data.nextRuns.map(absoluteTime).join(' · ')} ({timeZone})
            </Text>
          )}
          <Button
            type="submit"
            w="fit-content"
            loading={create.isPending}
            disabled={cron === '' || preview.isError}
          >
            Save the schedule
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}
