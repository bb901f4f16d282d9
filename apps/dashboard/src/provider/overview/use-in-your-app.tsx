import { Button, Code, CopyButton, Group, Paper, Stack, Text, Title } from '@mantine/core';

/** The two requests that a client needs. */
export function UseInYourApp({ id }: { id: string }) {
  const base = `${window.location.origin}/api/providers/${id}`;
  const key = '-H "Authorization: Bearer $KEY"';
  const lines = [
    `curl --compressed ${key} ${base}/snapshot -o snapshot.json`,
    `curl -N ${key} "${base}/events/stream?after=$(jq .asOfSeq snapshot.json)"`,
  ].join('\n');
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="use-it">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h6" id="use-it">
            Use it in your app
          </Title>
          <CopyButton value={lines}>
            {({ copied, copy }) => (
              <Button size="compact-sm" variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Text size="sm" c="dimmed">
          Load the snapshot once; then follow the events from where it stands. Nothing is missed, and nothing
          comes twice.
        </Text>
        <Code block tabIndex={0}>
          {lines}
        </Code>
      </Stack>
    </Paper>
  );
}
