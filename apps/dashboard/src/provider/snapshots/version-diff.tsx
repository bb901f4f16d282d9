import { Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api } from '../../api/api.js';
import { SEARCH_FIELD } from '../../app/keyboard-help.js';
import { Answer } from '../../states/answer.js';
import { useLastName } from '../item/last-name.js';
import { count } from '../../words/numbers.js';

const route = getRouteApi('/shell/providers/$id/snapshots');

/** Rows of each list that are drawn; the search finds the others. */
const SHOWN = 100;

interface VersionDiffProps {
  id: string;
  from: number;
  to: number;
}

/** Items that one version has and another has not, or has otherwise. */
export function VersionDiff({ id, from, to }: VersionDiffProps) {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  // The API tells the way from an older version to a newer one; the way back is the same, read backwards.
  const [older, newer, isBack] = from <= to ? [from, to, false] : [to, from, true];
  const diff = useQuery({
    queryKey: ['diff', id, older, newer],
    queryFn: () => api.getSnapshotChanges({ path: { id }, query: { from: older, to: newer } }),
    enabled: from !== to,
    staleTime: 60_000,
  });
  if (from === to)
    return (
      <Text size="sm" c="dimmed">
        That is the same version twice.
      </Text>
    );
  return (
    <Answer query={diff}>
      {({ items }) => {
        const gone = items.removed.map((item) => ({ id: item }));
        const come = items.added.map(named);
        const lists = [
          { title: 'Added', rows: isBack ? gone : come },
          { title: 'Updated', rows: items.updated.map(named) },
          { title: 'Removed', rows: isBack ? come : gone },
        ];
        return (
          <Stack gap="md">
            <TextInput
              id={SEARCH_FIELD}
              aria-label="Search these changes"
              placeholder="Search these changes"
              w={{ base: '100%', xs: 260 }}
              defaultValue={q ?? ''}
              onChange={(event) => {
                const text = event.currentTarget.value.trim();
                void navigate({
                  search: (before) => ({ ...before, q: text === '' ? undefined : text }),
                  replace: true,
                });
              }}
            />
            {lists.map(({ title, rows }) => (
              <ChangeList key={title} id={id} title={title} rows={rows} q={q} />
            ))}
          </Stack>
        );
      }}
    </Answer>
  );
}

interface Row {
  id: string;
  /** Absent where the version tells only the id. */
  name?: string;
}

function named(item: Record<string, unknown>): Row {
  return { id: String(item.id), name: String(item.name ?? item.id) };
}

function ChangeList({
  id,
  title,
  rows,
  q,
}: {
  id: string;
  title: string;
  rows: readonly Row[];
  q: string | undefined;
}) {
  const found =
    q === undefined
      ? rows
      : rows.filter(({ id: item, name = '' }) => `${item} ${name}`.toLowerCase().includes(q.toLowerCase()));
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={3} size="h6">
          {title} {count(rows.length)}
        </Title>
        {found.length > SHOWN && (
          <Text size="xs" c="dimmed">
            the first {SHOWN} of {count(found.length)}
          </Text>
        )}
      </Group>
      {found.length === 0 ? (
        <Text size="sm" c="dimmed">
          None.
        </Text>
      ) : (
        <ul style={{ margin: 0, paddingLeft: 18, fontSize: 14, columns: '280px' }}>
          {found.slice(0, SHOWN).map(({ id: item, name }) => (
            <li key={item}>
              <Link
                to="/providers/$id/catalogue/$item"
                params={{ id, item }}
                className="plain"
                preload={false}
              >
                {name ?? <LastName provider={id} item={item} />}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Paper>
  );
}

function LastName({ provider, item }: { provider: string; item: string }) {
  return useLastName(provider, item) ?? item;
}
