import { Stack, Title } from '@mantine/core';
import { Audit } from './audit.js';
import { DeadLetters } from './dead-letters.js';
import { Keys } from './keys.js';
import { Services } from './services.js';
import { Streams } from './streams.js';
import { Webhooks } from './webhooks.js';

/** What runs, what went wrong inside, and who may do what. */
export function SystemPage() {
  return (
    <Stack gap="lg">
      <Title order={1} size="h2">
        System
      </Title>
      <Services />
      <Streams />
      <DeadLetters />
      <Webhooks />
      <Keys />
      <Audit />
    </Stack>
  );
}
