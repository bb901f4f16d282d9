import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/api.js';
import { say, sayFailure } from '../../states/say.js';

interface RestoreButtonProps {
  id: string;
  version: number;
}

/** Makes an older version the one that apps are given, until that is taken back. */
export function RestoreButton({ id, version }: RestoreButtonProps) {
  const [isAsked, { open, close }] = useDisclosure(false);
  const queries = useQueryClient();
  const restore = useMutation({
    mutationFn: () => api.restoreSnapshot({ path: { id, version } }),
    onSuccess: () => say(`Apps are given what version ${version} has.`),
    onError: sayFailure,
    onSettled: () => {
      close();
      return queries.invalidateQueries({ queryKey: ['snapshots', id] });
    },
  });
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        ml="xs"
        onClick={open}
        aria-label={`Restore version ${version}`}
      >
        Restore
      </Button>
      <Modal
        opened={isAsked}
        onClose={close}
        title={`Restore version ${version}?`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">
            Apps that load the snapshot get what this version has, until you serve the newest again. Syncs and
            events go on.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave it as it is
            </Button>
            <Button loading={restore.isPending} onClick={() => restore.mutate()}>
              Restore
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

/** Takes a restoration back. */
export function ServeNewestButton({ id }: { id: string }) {
  const queries = useQueryClient();
  const lift = useMutation({
    mutationFn: () => api.liftSnapshotPin({ path: { id } }),
    onSuccess: ({ version }) => say(`Apps are given the newest version again: ${version}.`),
    onError: sayFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: ['snapshots', id] }),
  });
  return (
    <Button size="compact-sm" variant="subtle" ml="xs" loading={lift.isPending} onClick={() => lift.mutate()}>
      Serve the newest again
    </Button>
  );
}
