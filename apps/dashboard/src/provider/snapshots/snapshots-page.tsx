import { Select, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api } from '../../api/api.js';
import { useLiveProvider } from '../../api/live.js';
import { Answer } from '../../states/answer.js';
import { Empty } from '../../states/empty.js';
import { VersionDiff } from './version-diff.js';
import { VersionTable } from './version-table.js';

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
