import { Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useLiveProvider } from '../../api/live.js';
import { ConnectionCheck } from './connection-check.js';
import { DangerZone } from './danger-zone.js';
import { SettingsForm } from './settings-form.js';

const route = getRouteApi('/shell/providers/$id/settings');

/** How a provider is treated. */
export function SettingsPage() {
  const { id } = route.useParams();
  const entry = useLiveProvider(id);
  if (entry === undefined) return null;
  return (
    <Stack gap="lg" maw={720}>
      <SettingsForm key={entry.provider.updatedAt} provider={entry.provider} />
      <ConnectionCheck id={id} />
      <DangerZone provider={entry.provider} />
    </Stack>
  );
}
