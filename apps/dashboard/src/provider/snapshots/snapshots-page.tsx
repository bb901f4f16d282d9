import type { SnapshotVersionDto } from '@catalogue-sync/api-client';
import { Badge, Paper, Select, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api } from '../../api/api.js';
import { useLiveProvider } from '../../api/live.js';
import { Answer } from '../../states/answer.js';
import { Empty } from '../../states/empty.js';
import { bytes, count } from '../../words/numbers.js';
import { nameIn, SCOPE_NAME } from '../../words/names.js';
import { When } from '../../words/times.js';
import { RestoreButton, ServeNewestButton } from './restore-button.js';
import { VersionDiff } from './version-diff.js';

const route = getRouteApi('/shell/providers/$id/snapshots');

/** The versions that are kept, and what makes one of another. */
export function SnapshotsPage() {
  const { id } = route.useParams();
  const { from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const lastJob = useLiveProvider(id)?.status.lastJob?.id;
  const snapshots = useQuery({
    queryKey: ['snapshots', id, lastJob],
    queryFn: () => api.listSnapshots({ path: { id } }),
    placeholderData: (before) => before,
  });
  return (
    <Answer query={snapshots}>
      {({ snapshots: found }) => {
        if (found.length === 0)
          return <Empty title="No version yet">The first sync that completes makes one.</Empty>;
        const versions = found.map(({ version }) => ({
          value: String(version),
          label: `Version ${version}`,
        }));
        const [newer, older] = [to ?? found[0]?.version, from ?? found[1]?.version];
        const choose = (changes: { from?: number; to?: number }) =>
          void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
        return (
          <Stack gap="lg">
            <VersionTable id={id} snapshots={found} />
            {found.length > 1 && newer !== undefined && older !== undefined && (
              <section aria-label="What changed between two versions">
                <Group gap="sm" mb="md" align="flex-end">
                  <Select
                    label="What changed from"
                    data={versions}
                    value={String(older)}
                    allowDeselect={false}
                    onChange={(value) => choose({ from: Number(value) })}
                    w={150}
                  />
                  <Select
                    label="to"
                    data={versions}
                    value={String(newer)}
                    allowDeselect={false}
                    onChange={(value) => choose({ to: Number(value) })}
                    w={150}
                  />
                </Group>
                <VersionDiff id={id} from={older} to={newer} />
              </section>
            )}
          </Stack>
        );
      }}
    </Answer>
  );
}

function VersionTable({ id, snapshots }: { id: string; snapshots: readonly SnapshotVersionDto[] }) {
  return (
    <Paper
      withBorder
      style={{ overflowX: 'auto' }}
      tabIndex={0}
      role="region"
      aria-label="Versions, scrolls sideways"
    >
      <table className="quiet-table" aria-label="Kept versions">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Made</th>
            <th scope="col">Confirmed</th>
            <th scope="col" className="number">
              Items
            </th>
            <th scope="col" className="number">
              Changes
            </th>
            <th scope="col" className="number">
              Size (packed)
            </th>
            <th scope="col">Document</th>
          </tr>
        </thead>
        <tbody>
          {snapshots.map(({ stats, ...snapshot }) => (
            <tr key={snapshot.version}>
              <td>
                {snapshot.version}{' '}
                {snapshot.current && (
                  <Badge size="sm" variant="default" tt="none">
                    current
                  </Badge>
                )}
                {snapshot.pinned && (
                  <Badge size="sm" variant="light" color="orange" tt="none" c="var(--mantine-color-text)">
                    served in its place
                  </Badge>
                )}
                {snapshot.incompleteScopes.length > 0 && (
                  <Text size="xs" c="dimmed">
                    not complete:{' '}
                    {snapshot.incompleteScopes.map((scope) => nameIn(SCOPE_NAME, scope)).join(', ')}
                  </Text>
                )}
              </td>
              <td>
                <When time={snapshot.generatedAt} />
              </td>
              <td>
                <When time={snapshot.confirmedAt} />
              </td>
              <td className="number">{count(stats.totalMovies + stats.totalSeries + stats.totalChannels)}</td>
              <td className="number">
                +{count(stats.newItemsAdded)} ~{count(stats.itemsUpdated)} −{count(stats.itemsRemoved)}
              </td>
              <td className="number">
                {bytes(snapshot.plainBytes)} ({bytes(snapshot.compressedBytes)})
              </td>
              <td>
                <a
                  href={`/api/providers/${id}/snapshot?version=${snapshot.version}`}
                  download={`${id}-version-${snapshot.version}.json`}
                >
                  Download
                </a>
                {snapshot.pinned ? (
                  <ServeNewestButton id={id} />
                ) : (
                  !snapshot.current && <RestoreButton id={id} version={snapshot.version} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Paper>
  );
}
