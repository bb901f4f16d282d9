import type { ProviderDto } from '@catalogue-sync/api-client';
import { Button, Group, Modal, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/api.js';
import { say, sayFailure } from '../../states/say.js';

/** What cannot be undone. */
export function DangerZone({ provider: { id, name } }: { provider: ProviderDto }) {
  const [isAsked, { open, close }] = useDisclosure(false);
  const [typed, setTyped] = useState('');
  const navigate = useNavigate();
  const reset = useMutation({
    mutationFn: () => api.resetProvider({ path: { id } }),
    onSuccess: () => say('The next sync reads everything. Ids stay, and nothing is removed by that.'),
    onError: sayFailure,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteProvider({ path: { id } }),
    onSuccess: () => {
      say(`${name} is being deleted.`);
      return navigate({ to: '/providers' });
    },
    onError: sayFailure,
  });
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="danger">
      <Stack gap="sm">
        <Title order={2} size="h5" id="danger">
          Start over, or delete
        </Title>
        <Group>
          <Button variant="default" loading={reset.isPending} onClick={() => reset.mutate()}>
            Make the next sync a full one
          </Button>
          <Button variant="light" color="red" onClick={open}>
            Delete provider
          </Button>
        </Group>
      </Stack>
      <Modal
        opened={isAsked}
        onClose={close}
        title={`Delete ${name}?`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">Its catalogue, its versions and its history are deleted for good.</Text>
          <TextInput
            label={`Type its name to go on: ${name}`}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep it
            </Button>
            <Button
              color="red"
              disabled={typed.trim() !== name}
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              Delete for good
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Paper>
  );
}
