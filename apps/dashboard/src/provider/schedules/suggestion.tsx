import { Alert, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/api.js';
import { counted } from '../../words/numbers.js';

interface SuggestionProps {
  provider: string;
  /** Takes the suggested plan over into the form. */
  onTake: (cron: string) => void;
}

/** How often this provider changes, and the plan that fits; nothing while too few syncs tell. */
export function Suggestion({ provider, onTake }: SuggestionProps) {
  const { data } = useQuery({
    queryKey: ['schedule-suggestion', provider],
    queryFn: () => api.suggestSchedule({ path: { id: provider } }),
  });
  const cron = data?.cron;
  if (data === undefined || cron === undefined) return null;
  return (
    <Alert color="blue" title={`Suggested: ${data.words}`}>
      <Group justify="space-between">
        <Text size="sm">
          {data.changed} of {counted(data.syncs, 'sync')} found something changed.
        </Text>
        <Button size="compact-sm" variant="default" onClick={() => onTake(cron)}>
          Take it over
        </Button>
      </Group>
    </Alert>
  );
}
