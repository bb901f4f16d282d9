import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/api.js';
import { ConnectionReport } from '../../add-provider/connection-report.js';
import { Failure } from '../../states/failure.js';

/** Tries the connection as it is saved. */
export function ConnectionCheck({ id }: { id: string }) {
  const test = useMutation({ mutationFn: () => api.testProvider({ path: { id } }) });
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="connection">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5" id="connection">
            Connection
          </Title>
          <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
            Test connection
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          Address and login are stored encrypted, and shown to nobody.
        </Text>
        {test.data !== undefined && <ConnectionReport report={test.data} />}
        {test.isError && <Failure error={test.error} />}
      </Stack>
    </Paper>
  );
}
