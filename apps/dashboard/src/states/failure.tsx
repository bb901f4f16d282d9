import { ApiError } from '@catalogue-sync/api-client';
import { Alert, Button, Stack, Text } from '@mantine/core';

/** What went wrong and what to do, in the gateway's words. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const request = error instanceof ApiError ? error.fields.requestId : undefined;
  const title = error instanceof ApiError ? (error.fields.title ?? 'That did not work') : 'No answer';
  return (
    <Alert color="red" title={title} role="alert" variant="light">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{error.message}</Text>
        {request !== undefined && (
          <Text size="xs" c="dimmed">
            Request {request}
          </Text>
        )}
        {retry !== undefined && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
