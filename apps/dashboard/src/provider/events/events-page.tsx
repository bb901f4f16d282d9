import type { CatalogueEventDto } from '@catalogue-sync/api-client';
import { Badge, Button, Code, Group, Paper, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { SEARCH_FIELD } from '../../app/keyboard-help.js';
import { Failure } from '../../states/failure.js';
import { eventName, nameInBody } from '../../words/names.js';
import { count } from '../../words/numbers.js';
import { When } from '../../words/times.js';
import { useEventTail } from './event-tail.js';

const route = getRouteApi('/shell/providers/$id/events');

/** The event log as it grows, newest first. */
export function EventsPage() {
  const { id } = route.useParams();
  const [isPaused, setPaused] = useState(false);
  const [text, setText] = useState('');
  const { events, waiting, error } = useEventTail(id, isPaused);
  const wanted = text.trim().toLowerCase();
  const shown =
    wanted === '' ? events : events.filter((event) => wordsOf(event).toLowerCase().includes(wanted));
  return (
    <Stack gap="md">
      <Group>
        <Button variant="default" onClick={() => setPaused(!isPaused)} aria-pressed={isPaused}>
          {isPaused ? `Go on${waiting > 0 ? ` (${count(waiting)} new)` : ''}` : 'Pause'}
        </Button>
        <TextInput
          id={SEARCH_FIELD}
          aria-label="Search the events that are shown"
          placeholder="Search these events"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          {isPaused ? 'Paused.' : 'New events appear here.'} The last {count(events.length)} are kept.
        </Text>
      </Group>
      {error !== undefined && <Failure error={error} />}
      <Paper withBorder>
        {shown.length === 0 ? (
          <Text size="sm" c="dimmed" p="md">
            No events yet. The next sync brings some.
          </Text>
        ) : (
          shown.map((event) => <EventRow key={event.seq} event={event} />)
        )}
      </Paper>
    </Stack>
  );
}

function EventRow({ event }: { event: CatalogueEventDto }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div style={{ borderBottom: '1px solid var(--mantine-color-default-border)', padding: '6px 14px' }}>
      <UnstyledButton w="100%" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Group gap="sm" wrap="nowrap">
          <Text size="xs" c="dimmed" ff="monospace" w={64} ta="right">
            {event.seq}
          </Text>
          <Badge variant="default" tt="none" fw={500} style={{ flexShrink: 0 }}>
            {eventName(event.type)}
          </Badge>
          <Text size="sm" truncate style={{ flex: 1 }}>
            {typeof event.data.name === 'string' ? event.data.name : (event.subject ?? '')}
          </Text>
          <Text size="xs" c="dimmed" visibleFrom="xs">
            <When time={event.time} />
          </Text>
        </Group>
      </UnstyledButton>
      {isOpen && (
        <Code block mt={6} tabIndex={0}>
          {JSON.stringify(event, undefined, 2)}
        </Code>
      )}
    </div>
  );
}

function wordsOf(event: CatalogueEventDto): string {
  return `${event.seq} ${eventName(event.type)} ${nameInBody(event.data)} ${event.subject ?? ''}`;
}
