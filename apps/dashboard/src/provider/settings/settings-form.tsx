import { ApiError, type ProviderDto, type ProviderSettingsView } from '@catalogue-sync/api-client';
import { Button, NumberInput, Paper, SimpleGrid, Stack, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/api.js';
import { Failure } from '../../states/failure.js';
import { say } from '../../states/say.js';

interface Field {
  name: keyof ProviderSettingsView;
  label: string;
  help: string;
}

const FIELDS: readonly Field[] = [
  {
    name: 'requestsPerSecond',
    label: 'Requests per second',
    help: 'At most. Providers ban who asks too fast.',
  },
  { name: 'parallelRequests', label: 'Requests at once', help: 'At most.' },
  {
    name: 'removalConfirmations',
    label: 'Confirmations of a removal',
    help: 'Complete syncs in a row that must miss an item.',
  },
  {
    name: 'removalGuardPercent',
    label: 'Held above, percent of a kind',
    help: 'What one sync would remove beyond it waits for your word. Up to 50 items always go.',
  },
  {
    name: 'removalGuardWeekPercent',
    label: 'Held above, percent in 7 days',
    help: 'The same for all that goes within a week.',
  },
  {
    name: 'fullEveryHours',
    label: 'Full sync after, hours',
    help: 'The regular syncs may have missed something.',
  },
  { name: 'scopeAttempts', label: 'Tries of a part', help: 'Within one sync, the first one included.' },
  {
    name: 'jobDeadlineMinutes',
    label: 'Longest sync, minutes',
    help: 'What is not fetched by then ends as failed.',
  },
  {
    name: 'idleTimeoutMs',
    label: 'Patience, milliseconds',
    help: 'A silent answer is given up after so long.',
  },
  { name: 'maxBodyBytes', label: 'Largest answer, bytes', help: 'After unpacking.' },
];

/** Name and settings; what is wrong stands at its field. */
export function SettingsForm({ provider }: { provider: ProviderDto }) {
  const [name, setName] = useState(provider.name);
  const [settings, setSettings] = useState(provider.settings);
  const save = useMutation({
    mutationFn: () => api.updateProvider({ path: { id: provider.id }, body: { name, settings } }),
    onSuccess: () => say('Saved. It counts from the next sync on.'),
  });
  const faults = save.error instanceof ApiError ? (save.error.fields.errors ?? []) : [];
  const faultOf = (field: string) => faults.find((fault) => fault.field === field)?.message;
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="settings">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          <Title order={2} size="h5" id="settings">
            Settings
          </Title>
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={faultOf('name')}
            required
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            {FIELDS.map((field) => (
              <NumberInput
                key={field.name}
                label={field.label}
                description={field.help}
                value={settings[field.name]}
                onChange={(value) => setSettings((before) => ({ ...before, [field.name]: Number(value) }))}
                error={faultOf(`settings.${field.name}`)}
                hideControls
                thousandSeparator=","
              />
            ))}
          </SimpleGrid>
          {save.isError && faults.length === 0 && <Failure error={save.error} />}
          <Button type="submit" w="fit-content" loading={save.isPending}>
            Save
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}
