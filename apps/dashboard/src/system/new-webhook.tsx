import { ApiError, type CreatedWebhookDto } from '@catalogue-sync/api-client';
import { Button, Group, MultiSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/api.js';
import { sayFailure } from '../states/say.js';

const EVENTS = [
  'sync.finished',
  'sync.partial',
  'sync.failed',
  'removal.held',
  'provider.stale',
  'provider.recovered',
] as const;
type Event = (typeof EVENTS)[number];

/** An address, and what it is told. */
export function NewWebhook({ created }: { created: (webhook: CreatedWebhookDto) => void }) {
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<Event[]>(['sync.failed', 'removal.held', 'provider.stale']);
  const create = useMutation({
    mutationFn: () => api.createWebhook({ body: { url, events } }),
    onSuccess: (webhook) => {
      setUrl('');
      created(webhook);
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.fields.errors === undefined) sayFailure(error);
    },
  });
  const faults = create.error instanceof ApiError ? (create.error.fields.errors ?? []) : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Group align="flex-end">
        <TextInput
          label="Address of a new webhook"
          placeholder="https://…"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={faults.find(({ field }) => field === 'url')?.message}
          required
          w={{ base: '100%', xs: 280 }}
        />
        <MultiSelect
          label="It is told of"
          data={[...EVENTS]}
          value={events}
          onChange={(value) => setEvents(value as Event[])}
          maw={480}
        />
        <Button type="submit" variant="default" loading={create.isPending} disabled={events.length === 0}>
          Add the webhook
        </Button>
      </Group>
    </form>
  );
}
