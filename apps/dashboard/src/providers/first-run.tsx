import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { CreateProviderBody } from '@catalogue-sync/api-client';
import { api } from '../api/api.js';
import { useDemoProviders, type DemoProvider } from '../api/demo.js';
import { sayFailure } from '../states/say.js';

/** A person waits, and the demo has no flood rules. */
const DEMO_SETTINGS = { requestsPerSecond: 100_000, parallelRequests: 4, removalConfirmations: 1 };

/** What is shown as long as there is no provider. */
export function FirstRun() {
  const demos = useDemoProviders();
  const navigate = useNavigate();
  const tryDemo = useMutation({
    mutationFn: async ({ name, connection }: DemoProvider) => {
      const body = { name, connection, settings: DEMO_SETTINGS } as unknown as CreateProviderBody;
      const { id } = await api.createProvider({ body });
      await api.startSync({ path: { id }, body: {} });
      return id;
    },
    onSuccess: (id) => navigate({ to: '/providers/$id', params: { id } }),
    onError: sayFailure,
  });
  // The panel's list tells of every change at once.
  const demo = demos.find(({ protocol }) => protocol === 'xtream') ?? demos[0];
  return (
    <Stack align="center" mt={{ base: 24, sm: 64 }}>
      <Paper withBorder p={{ base: 'lg', sm: 40 }} maw={620}>
        <Stack gap="lg">
          <Stack gap="xs">
            <Title order={1} size="h2">
              Welcome
            </Title>
            <Text>
              catalogue-sync reads the catalogues of your TV providers and keeps a whole copy: as events, and
              as snapshots for your apps. Nothing is removed without proof.
            </Text>
          </Stack>
          <Group>
            {demo !== undefined && (
              <Button size="md" loading={tryDemo.isPending} onClick={() => tryDemo.mutate(demo)}>
                Try the demo provider
              </Button>
            )}
            <Button
              size="md"
              variant={demo === undefined ? 'filled' : 'default'}
              component={Link}
              to="/add-provider"
            >
              Add my provider
            </Button>
          </Group>
          <Text size="sm" c="dimmed">
            {demo === undefined
              ? 'You need its address, and what you log in with.'
              : 'The demo runs on this machine, needs no account, and can be deleted at any time.'}
          </Text>
        </Stack>
      </Paper>
    </Stack>
  );
}
