import type { HeldRemovalDto } from '@catalogue-sync/api-client';
import { Button, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/api.js';
import { StateBadge } from '../../providers/state-badge.js';
import { say, sayFailure } from '../../states/say.js';
import { CAUSE_NAME, KIND_NAMES, nameIn, SCOPE_NAME } from '../../words/names.js';
import { count, counted } from '../../words/numbers.js';
import { When } from '../../words/times.js';
import { HeldItems } from './held-items.js';

const STATES: Record<HeldRemovalDto['state'], { name: string; color: string; sign: string }> = {
  held: { name: 'Needs a decision', color: 'orange', sign: '!' },
  approved: { name: 'Approved', color: 'teal', sign: '✓' },
  rejected: { name: 'Rejected', color: 'gray', sign: '✕' },
  superseded: { name: 'A newer one took its place', color: 'gray', sign: '–' },
  lapsed: { name: 'Lapsed', color: 'gray', sign: '–' },
};

/** What is held, why, a sample of it and the whole list, and the decision. */
export function HeldRemoval({ provider, removal }: { provider: string; removal: HeldRemovalDto }) {
  const [isListed, setListed] = useState(removal.state === 'held');
  const [isAsked, { open, close }] = useDisclosure(false);
  const queries = useQueryClient();
  const path = { id: provider, digest: removal.digest };
  const onSettled = () => queries.invalidateQueries({ queryKey: ['removals', provider] });
  const approve = useMutation({
    mutationFn: () => api.approveRemoval({ path }),
    onSuccess: ({ removed }) =>
      say(`${counted(removed, 'item')} removed. A new version of the snapshot follows.`),
    onError: sayFailure,
    onSettled: () => {
      close();
      return onSettled();
    },
  });
  const reject = useMutation({
    mutationFn: () => api.rejectRemoval({ path }),
    onSuccess: () => say('Rejected: everything stays, and this set is not asked about again.'),
    onError: sayFailure,
    onSettled,
  });
  const what = `${count(removal.count)} ${nameIn(KIND_NAMES, removal.kind).toLowerCase()}`;
  return (
    <Paper withBorder p="lg" component="article">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {nameIn(CAUSE_NAME, removal.cause)}: {what}
          </Title>
          <StateBadge state={STATES[removal.state]} />
        </Group>
        <Text size="sm">{removal.reason}</Text>
        <Text size="xs" c="dimmed">
          {nameIn(SCOPE_NAME, removal.scope)} · held <When time={removal.createdAt} />
          {removal.state === 'held' && ` · ${count(removal.stillAbsent)} of them are still absent`}
          {removal.decidedBy !== undefined && ` · decided by ${removal.decidedBy}`}
        </Text>
        {removal.state === 'held' && (
          <Group gap="xs">
            <Button size="xs" variant="default" loading={reject.isPending} onClick={() => reject.mutate()}>
              Reject: keep them all
            </Button>
            <Button size="xs" color="red" variant="light" onClick={open}>
              Approve removal of {counted(removal.stillAbsent, 'item')}
            </Button>
          </Group>
        )}
        <Button
          size="compact-sm"
          variant="subtle"
          w="fit-content"
          aria-expanded={isListed}
          onClick={() => setListed(!isListed)}
        >
          {isListed ? 'Hide the list' : 'Show the list'}
        </Button>
        {isListed && <HeldItems provider={provider} digest={removal.digest} />}
      </Stack>
      <Modal
        opened={isAsked}
        onClose={close}
        title={`Remove ${counted(removal.stillAbsent, 'item')}?`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">
            What is absent at the provider now is removed at once, and your apps will not show it any more. If
            it comes back, it comes back as new.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep them for now
            </Button>
            <Button color="red" loading={approve.isPending} onClick={() => approve.mutate()}>
              Remove {counted(removal.stillAbsent, 'item')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Paper>
  );
}
