import type { CatalogueEventDto } from '@catalogue-sync/api-client';
import { Box, Group, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/api.js';
import type { Change } from '../../app/url-filters.js';
import { Answer } from '../../states/answer.js';
import { KIND_NAME, nameIn } from '../../words/names.js';
import { useLastName } from '../item/last-name.js';
import { FieldTable } from './field-table.js';
import { fieldChanges } from './field-changes.js';

interface ChangeRowProps {
  provider: string;
  event: CatalogueEventDto;
  change: Change;
}

/** An item that changed; opened, it shows the fields before and after. */
export function ChangeRow({ provider, event, change }: ChangeRowProps) {
  const [isOpen, setOpen] = useState(false);
  const item = String(event.data.id);
  const lastName = useLastName(provider, item, change === 'removed');
  const name = typeof event.data.name === 'string' ? event.data.name : (lastName ?? item);
  return (
    <Box px="md" py={8} style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
      <Group justify="space-between" gap="xs">
        <UnstyledButton onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          <Text size="sm">
            <span aria-hidden>{isOpen ? '▾ ' : '▸ '}</span>
            {name}
          </Text>
        </UnstyledButton>
        <Group gap="sm">
          <Text size="xs" c="dimmed">
            {nameIn(KIND_NAME, String(event.data.kind))}
            {event.reason !== undefined && event.reason !== 'changed' ? ` · ${event.reason}` : ''}
          </Text>
          <Link
            to="/providers/$id/catalogue/$item"
            params={{ id: provider, item }}
            style={{ fontSize: 13 }}
            aria-label={`${name}: the item`}
          >
            item
          </Link>
        </Group>
      </Group>
      {isOpen && <Detail provider={provider} event={event} change={change} />}
    </Box>
  );
}

function Detail({ provider, event, change }: ChangeRowProps) {
  const item = String(event.data.id);
  const history = useQuery({
    queryKey: ['item', provider, item],
    queryFn: () => api.getItem({ path: { id: provider, itemId: item } }),
  });
  if (change === 'added') return <FieldTable changes={fieldChanges({}, event.data)} />;
  return (
    <Answer query={history}>
      {(found) => {
        const before = found.history.find(({ seq }) => seq < event.seq)?.data;
        if (before === undefined)
          return (
            <Text size="xs" c="dimmed">
              How it was before is no longer kept.
            </Text>
          );
        return <FieldTable changes={fieldChanges(before, change === 'removed' ? {} : event.data)} />;
      }}
    </Answer>
  );
}
