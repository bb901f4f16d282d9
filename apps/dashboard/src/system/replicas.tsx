import type { ReplicaDto, ServiceDto } from '@catalogue-sync/api-client';
import { useMemo } from 'react';
import { SortableTable, timeColumn, type Column } from '../table/sortable-table.js';
import { bytes } from '../words/numbers.js';

/** A process of a service; without a replica, none answers. */
interface Process {
  service: string;
  replica?: ReplicaDto;
}

const COLUMNS: Column<Process>[] = [
  { header: 'Service', value: ({ service }) => service },
  {
    header: 'Replica',
    value: ({ replica }) => replica?.name,
    cell: ({ replica }) => replica?.name ?? 'none answers',
  },
  timeColumn('Up since', ({ replica }) => replica?.startedAt),
  {
    header: 'Memory',
    value: ({ replica }) => replica?.memoryBytes,
    cell: ({ replica }) => replica !== undefined && bytes(replica.memoryBytes),
    isNumber: true,
  },
];

/** Every process of every service that answers now. */
export function Replicas({ services }: { services: ServiceDto[] }) {
  const processes = useMemo(() => services.flatMap(processesOf), [services]);
  return (
    <SortableTable
      label="Replicas"
      columns={COLUMNS}
      rows={processes}
      rowId={({ service, replica }) => `${service}:${replica?.name}`}
    />
  );
}

function processesOf({ name: service, replicas }: ServiceDto): Process[] {
  return replicas.length === 0 ? [{ service }] : replicas.map((replica) => ({ service, replica }));
}
