import type { LiveProviderDto } from '@catalogue-sync/api-client';
import { Button, Group, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../api/live.js';
import { SEARCH_FIELD } from '../app/keyboard-help.js';
import { Empty } from '../states/empty.js';
import { Outline } from '../states/answer.js';
import { count, counted } from '../words/numbers.js';
import { DemoButtons } from './demo-buttons.js';
import { FirstRun } from './first-run.js';
import { byCondition, conditionOf } from './job-state.js';
import { ProviderCard } from './provider-card.js';
import { RetryFailed } from './retry-failed.js';

const route = getRouteApi('/shell/providers');

/** All providers, those that need somebody first. */
export function ProvidersPage() {
  const { providers } = useLive();
  const { q, state } = route.useSearch();
  const navigate = route.useNavigate();
  if (providers === undefined) return <Outline rows={6} />;
  const all = [...providers.values()];
  if (all.length === 0) return <FirstRun />;
  const shown = all.filter((entry) => isWanted(entry, q, state)).sort(byCondition);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <Stack gap={2}>
          <Title order={1} size="h2">
            Providers
          </Title>
          <Text c="dimmed" size="sm">
            {summaryOf(all)}
          </Text>
        </Stack>
        <Group gap="xs">
          <RetryFailed entries={all} />
          <Button component={Link} to="/add-provider">
            Add provider
          </Button>
        </Group>
      </Group>
      <DemoButtons entries={all} />
      <Group gap="sm">
        <TextInput
          id={SEARCH_FIELD}
          aria-label="Search providers"
          placeholder="Search"
          defaultValue={q ?? ''}
          onChange={(event) => {
            const text = event.currentTarget.value.trim();
            void navigate({
              search: (before) => ({ ...before, q: text === '' ? undefined : text }),
              replace: true,
            });
          }}
          w={{ base: '100%', xs: 240 }}
        />
        <SegmentedControl
          aria-label="Which providers"
          value={state ?? 'all'}
          onChange={(value) =>
            void navigate({
              search: (before) => ({ ...before, state: value === 'all' ? undefined : (value as 'failed') }),
              replace: true,
            })
          }
          data={[
            { value: 'all', label: 'All' },
            { value: 'failed', label: 'Needs attention' },
            { value: 'syncing', label: 'Syncing' },
          ]}
        />
      </Group>
      {shown.length === 0 ? (
        <Empty
          title="No provider is like that"
          action={
            <Button variant="default" onClick={() => void navigate({ search: {} })}>
              Show all
            </Button>
          }
        />
      ) : (
        <div className="cards">
          {shown.map((entry) => (
            <ProviderCard key={entry.provider.id} entry={entry} />
          ))}
        </div>
      )}
    </Stack>
  );
}

const NEEDS_ATTENTION = new Set(['failed', 'partial', 'held', 'cooling-down']);

function isWanted(entry: LiveProviderDto, q: string | undefined, state: string | undefined): boolean {
  const condition = conditionOf(entry);
  if (state === 'failed' && !NEEDS_ATTENTION.has(condition)) return false;
  if (state === 'syncing' && entry.status.activeJob === undefined) return false;
  const text = `${entry.provider.name} ${entry.provider.origin}`.toLowerCase();
  return q === undefined || text.includes(q.toLowerCase());
}

function summaryOf(entries: readonly LiveProviderDto[]): string {
  const sum = (kind: 'movie' | 'series' | 'channel') =>
    count(entries.reduce((total, { status }) => total + status.totals[kind], 0));
  const syncing = entries.filter(({ status }) => status.activeJob !== undefined).length;
  return [
    counted(entries.length, 'provider'),
    `${sum('movie')} movies`,
    `${sum('series')} series`,
    `${sum('channel')} channels`,
    ...(syncing > 0 ? [`${syncing} syncing`] : []),
  ].join(' · ');
}
