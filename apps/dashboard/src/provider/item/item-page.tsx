import type { CatalogueEventDto } from '@catalogue-sync/api-client';
import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api } from '../../api/api.js';
import { Answer } from '../../states/answer.js';
import { eventName, KIND_NAME, nameIn } from '../../words/names.js';
import { When } from '../../words/times.js';
import { useImageBase } from '../catalogue/catalogue-queries.js';
import { Poster } from '../catalogue/poster.js';
import { fieldChanges } from '../job/field-changes.js';
import { FieldTable } from '../job/field-table.js';

const route = getRouteApi('/shell/providers/$id/catalogue/$item');

/** One item as it stands, and all that happened to it. */
export function ItemPage() {
  const { id, item: itemId } = route.useParams();
  const item = useQuery({
    queryKey: ['item', id, itemId],
    queryFn: () => api.getItem({ path: { id, itemId } }),
  });
  const base = useImageBase(id);
  return (
    <Stack gap="lg">
      <Link to="/providers/$id/catalogue" params={{ id }} style={{ fontSize: 14 }}>
        All items
      </Link>
      <Answer query={item}>
        {({ item: now, history }) => {
          const data = now ?? history.find((event) => event.data.name !== undefined)?.data ?? {};
          const name = typeof data.name === 'string' ? data.name : itemId;
          return (
            <>
              <Group align="flex-start" gap="lg" wrap="nowrap">
                <Poster path={data.poster as string | undefined} base={base} name={name} width={120} />
                <Stack gap="xs" miw={0}>
                  <Title order={2} size="h3">
                    {name}
                  </Title>
                  <Text size="sm" c="dimmed">
                    {[nameIn(KIND_NAME, String(data.kind)), data.year, data.country, itemId]
                      .filter(Boolean)
                      .join(' · ')}
                  </Text>
                  {now === undefined && <Text size="sm">It was removed; this is how it was last.</Text>}
                  {typeof data.description === 'string' && (
                    <Text size="sm" maw={640}>
                      {data.description}
                    </Text>
                  )}
                </Stack>
              </Group>
              <Paper withBorder p="md">
                <Title order={3} size="h6">
                  Fields
                </Title>
                <FieldList item={data} />
              </Paper>
              <section aria-labelledby="item-history">
                <Title order={3} size="h6" mb="xs" id="item-history">
                  What happened to it
                </Title>
                <Stack gap="xs">
                  {history.map((event, index) => (
                    <HistoryEntry key={event.seq} event={event} before={history[index + 1]} provider={id} />
                  ))}
                </Stack>
              </section>
            </>
          );
        }}
      </Answer>
    </Stack>
  );
}

function FieldList({ item }: { item: Record<string, unknown> }) {
  return (
    <table className="quiet-table">
      <tbody>
        {fieldChanges({}, item).map(({ field, after }) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            <td style={{ overflowWrap: 'anywhere' }}>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface HistoryEntryProps {
  event: CatalogueEventDto;
  before: CatalogueEventDto | undefined;
  provider: string;
}

function HistoryEntry({ event, before, provider }: HistoryEntryProps) {
  const isUpdate = event.type.includes('updated');
  return (
    <Paper withBorder px="md" py="sm">
      <Group justify="space-between">
        <Text size="sm" fw={550}>
          {eventName(event.type)}
          {event.reason === undefined ? '' : `: ${event.reason}`}
        </Text>
        <Text size="xs" c="dimmed">
          event {event.seq} · <When time={event.time} />
          {event.jobId !== undefined && (
            <>
              {' · '}
              <Link to="/providers/$id/history/$job" params={{ id: provider, job: event.jobId }}>
                sync
              </Link>
            </>
          )}
        </Text>
      </Group>
      {isUpdate && before !== undefined && <FieldTable changes={fieldChanges(before.data, event.data)} />}
    </Paper>
  );
}
