import type { WebhookDto } from '@catalogue-sync/api-client';
import { Alert, Button, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/api.js';
import { useLiveProvider } from '../api/live.js';
import { Answer } from '../states/answer.js';
import { say, sayFailure } from '../states/say.js';
import { Deliveries } from './deliveries.js';
import { NewWebhook } from './new-webhook.js';
import { Section } from './section.js';

/** Who is told when something happens, and what became of it. */
export function Webhooks() {
  const queries = useQueryClient();
  const webhooks = useQuery({ queryKey: ['webhooks'], queryFn: () => api.listWebhooks() });
  const [secret, setSecret] = useState<string>();
  return (
    <Section title="Webhooks" about="One signed message a sync, sent again until it is taken.">
      {secret !== undefined && (
        <Alert
          color="teal"
          title="Keep this secret: it is not shown again"
          withCloseButton
          closeButtonLabel="Hide the secret"
          onClose={() => setSecret(undefined)}
        >
          <Code>{secret}</Code>
        </Alert>
      )}
      <Answer query={webhooks}>
        {({ webhooks: found }) => (
          <Stack gap="xs">
            {found.length === 0 && <Text size="sm">None yet.</Text>}
            {found.map((webhook) => (
              <WebhookEntry key={webhook.id} webhook={webhook} showSecret={setSecret} />
            ))}
          </Stack>
        )}
      </Answer>
      <NewWebhook
        created={(webhook) => {
          setSecret(webhook.secret);
          void queries.invalidateQueries({ queryKey: ['webhooks'] });
        }}
      />
    </Section>
  );
}

interface WebhookEntryProps {
  webhook: WebhookDto;
  showSecret: (secret: string) => void;
}

function WebhookEntry({ webhook, showSecret }: WebhookEntryProps) {
  const [isOpen, setOpen] = useState(false);
  const queries = useQueryClient();
  const provider = useLiveProvider(webhook.providerId ?? '')?.provider.name;
  const path = { id: webhook.id };
  const onSettled = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['webhooks'] }),
      queries.invalidateQueries({ queryKey: ['deliveries', webhook.id] }),
    ]);
  const test = useMutation({
    mutationFn: () => api.testWebhook({ path }),
    onSuccess: ({ state, lastStatus, lastError }) =>
      say(
        state === 'delivered'
          ? 'The test message was taken.'
          : `Not taken: ${lastError ?? lastStatus ?? state}.`,
      ),
    onError: sayFailure,
    onSettled,
  });
  const pause = useMutation({
    mutationFn: () => api.updateWebhook({ path, body: { enabled: !webhook.enabled } }),
    onError: sayFailure,
    onSettled,
  });
  const replace = useMutation({
    mutationFn: () => api.replaceWebhookSecret({ path, body: {} }),
    onSuccess: ({ secret }) => {
      showSecret(secret);
      say('It signs with a new secret. The old one is good for another day.');
    },
    onError: sayFailure,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteWebhook({ path }),
    onError: sayFailure,
    onSettled,
  });
  return (
    <Paper withBorder p="md">
      <Group justify="space-between">
        <Stack gap={2} miw={0}>
          <Text size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
            {webhook.url}
          </Text>
          <Text size="xs" c="dimmed">
            {webhook.events.join(', ')} ·{' '}
            {webhook.providerId === undefined ? 'all providers' : (provider ?? webhook.providerId)}
          </Text>
          {!webhook.enabled && <Text size="sm">Switched off. {webhook.disabledReason}</Text>}
        </Stack>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
            Test
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            loading={pause.isPending}
            onClick={() => pause.mutate()}
          >
            {webhook.enabled ? 'Switch off' : 'Switch on'}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            loading={replace.isPending}
            onClick={() => replace.mutate()}
          >
            New secret
          </Button>
          <Button size="compact-sm" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            Deliveries
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            Delete
          </Button>
        </Group>
      </Group>
      {isOpen && <Deliveries webhook={webhook.id} />}
    </Paper>
  );
}
