import { Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import { useLive } from '../api/live.js';
import { conditionOf, CONDITIONS } from '../providers/job-state.js';
import { StateBadge } from '../providers/state-badge.js';
import { SyncButton } from '../providers/sync-button.js';
import { Empty } from '../states/empty.js';
import { nameIn, PROTOCOL_NAME } from '../words/names.js';

const route = getRouteApi('/shell/providers/$id');

const TABS = [
  { to: '/providers/$id', name: 'Overview', exact: true },
  { to: '/providers/$id/history', name: 'History', exact: false },
  { to: '/providers/$id/catalogue', name: 'Catalogue', exact: false },
  { to: '/providers/$id/snapshots', name: 'Snapshots', exact: false },
  { to: '/providers/$id/removals', name: 'Held removals', exact: false },
  { to: '/providers/$id/events', name: 'Events', exact: false },
  { to: '/providers/$id/schedules', name: 'Schedules', exact: false },
  { to: '/providers/$id/settings', name: 'Settings', exact: false },
] as const;

/** What stands above everything about one provider. */
export function ProviderPage() {
  const { id } = route.useParams();
  const { providers } = useLive();
  if (providers === undefined) return <Skeleton height={90} role="status" aria-label="Loading" />;
  const entry = providers.get(id);
  if (entry === undefined) {
    return (
      <Empty title="There is no such provider" action={<Link to="/providers">Go to the providers</Link>}>
        It may have been deleted.
      </Empty>
    );
  }
  const { provider } = entry;
  return (
    <>
      <Group justify="space-between" mb="md" align="flex-start">
        <Stack gap={2} miw={0}>
          <Group gap="sm">
            <Title order={1} size="h2">
              {provider.name}
            </Title>
            <StateBadge state={CONDITIONS[conditionOf(entry)]} />
          </Group>
          <Text size="sm" c="dimmed">
            {nameIn(PROTOCOL_NAME, provider.protocol)} · {provider.origin}
          </Text>
        </Stack>
        <SyncButton entry={entry} />
      </Group>
      <nav className="tabs" aria-label="About this provider">
        {TABS.map(({ to, name, exact }) => (
          <Link
            key={to}
            to={to}
            params={{ id }}
            activeOptions={{ exact, includeSearch: false }}
            className="tab"
          >
            {name}
            {name === 'Held removals' && entry.heldRemovals > 0 ? ` (${entry.heldRemovals})` : ''}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
