import type { LiveProviderDto } from '@catalogue-sync/api-client';
import { Button, CloseButton, Group, Paper, Stack, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/api.js';
import { makeTomorrow, setOutage, useDemoProviders, type DemoProvider } from '../api/demo.js';
import { say, sayFailure } from '../states/say.js';

/** Makes things happen at the demo provider, so that one can see what comes of them. Can be put away. */
export function DemoButtons({ entries }: { entries: readonly LiveProviderDto[] }) {
  const demos = useDemoProviders();
  const [isHidden, setHidden] = useLocalStorage({ key: 'demo-buttons-hidden', defaultValue: false });
  const found = demos.flatMap((demo) => {
    const entry = entries.find(
      ({ provider }) => provider.origin === demo.origin && provider.protocol === demo.protocol,
    );
    return entry === undefined ? [] : [{ demo, entry }];
  });
  const chosen = found.find(({ demo }) => demo.protocol === 'xtream') ?? found[0];
  if (chosen === undefined || isHidden) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label="Demo">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap="xs">
          <Text size="sm">
            <b>{chosen.entry.provider.name}</b> does what you tell it. Let a day pass there, or let it break,
            and see what the next sync makes of it.
          </Text>
          <DemoActions demo={chosen.demo} entry={chosen.entry} />
        </Stack>
        <CloseButton aria-label="Hide the demo buttons" onClick={() => setHidden(true)} />
      </Group>
    </Paper>
  );
}

function DemoActions({ demo, entry: { provider, status } }: { demo: DemoProvider; entry: LiveProviderDto }) {
  const queries = useQueryClient();
  const sync = () =>
    api
      .startSync({ path: { id: provider.id }, body: { mode: demo.protocol === 'stalker' ? 'full' : 'auto' } })
      .catch(() => undefined);
  const tomorrow = useMutation({
    mutationFn: async () => {
      const day = await makeTomorrow(demo.catalogue);
      await sync();
      return day;
    },
    onSuccess: ({ added, edited, removed }) =>
      say(
        `A day has passed: ${added} new, ${edited} changed, ${removed} gone. The sync that finds out has started.`,
      ),
    onError: sayFailure,
  });
  const outage = useMutation({
    mutationFn: async (on: boolean) => {
      await setOutage(demo.catalogue, on);
      await queries.invalidateQueries({ queryKey: ['demo'] });
      await sync();
      return on;
    },
    onSuccess: (on) =>
      say(
        on
          ? 'The provider now lists a tenth of its items. See that nothing is lost.'
          : 'The provider lists everything again.',
      ),
    onError: sayFailure,
  });
  const isBusy = status.activeJob !== undefined;
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        disabled={isBusy}
        loading={tomorrow.isPending}
        onClick={() => tomorrow.mutate()}
      >
        Simulate tomorrow
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={isBusy}
        loading={outage.isPending}
        onClick={() => outage.mutate(!demo.outage)}
      >
        {demo.outage ? 'End the outage' : 'Simulate an outage'}
      </Button>
    </Group>
  );
}
