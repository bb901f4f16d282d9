import type { SnapshotVersionDto } from '@catalogue-sync/api-client';
import { Badge, Paper, Text } from '@mantine/core';
import { useMemo } from 'react';
import { SortableTable, timeColumn, type Column } from '../../table/sortable-table.js';
import { nameIn, SCOPE_NAME } from '../../words/names.js';
import { bytes, count } from '../../words/numbers.js';
import { RestoreButton, ServeNewestButton } from './restore-button.js';

/** The versions that are kept, newest first until they are sorted. */
export function VersionTable({ id, snapshots }: { id: string; snapshots: readonly SnapshotVersionDto[] }) {
  const columns = useMemo(() => columnsOf(id), [id]);
  return (
    <Paper withBorder>
      <SortableTable
        label="Kept versions"
        columns={columns}
        rows={snapshots}
        rowId={({ version }) => String(version)}
      />
    </Paper>
  );
}

const columnsOf = (id: string): Column<SnapshotVersionDto>[] => [
  {
    header: 'Version',
    value: ({ version }) => version,
    cell: (snapshot) => <VersionName snapshot={snapshot} />,
  },
  timeColumn('Made', ({ generatedAt }) => generatedAt),
  timeColumn('Confirmed', ({ confirmedAt }) => confirmedAt),
  {
    header: 'Items',
    value: ({ stats }) => stats.totalMovies + stats.totalSeries + stats.totalChannels,
    isNumber: true,
  },
  {
    header: 'Changes',
    value: ({ stats }) => stats.newItemsAdded + stats.itemsUpdated + stats.itemsRemoved,
    cell: ({ stats }) =>
      `+${count(stats.newItemsAdded)} ~${count(stats.itemsUpdated)} −${count(stats.itemsRemoved)}`,
    isNumber: true,
  },
  {
    header: 'Size (packed)',
    value: ({ plainBytes }) => plainBytes,
    cell: ({ plainBytes, compressedBytes }) => `${bytes(plainBytes)} (${bytes(compressedBytes)})`,
    isNumber: true,
  },
  { header: 'Document', cell: (snapshot) => <VersionDocument id={id} snapshot={snapshot} /> },
];

function VersionName({ snapshot }: { snapshot: SnapshotVersionDto }) {
  return (
    <>
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
          not complete: {snapshot.incompleteScopes.map((scope) => nameIn(SCOPE_NAME, scope)).join(', ')}
        </Text>
      )}
    </>
  );
}

function VersionDocument({ id, snapshot }: { id: string; snapshot: SnapshotVersionDto }) {
  const { version, pinned, current } = snapshot;
  return (
    <>
      <a href={`/api/providers/${id}/snapshot?version=${version}`} download={`${id}-version-${version}.json`}>
        Download
      </a>
      {pinned ? <ServeNewestButton id={id} /> : !current && <RestoreButton id={id} version={version} />}
    </>
  );
}
