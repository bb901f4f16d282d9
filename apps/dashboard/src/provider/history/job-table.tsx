import type { SyncJobDto } from '@catalogue-sync/api-client';
import { Box, Paper } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { JobColumn } from '../../app/url-filters.js';
import { stateOf } from '../../providers/job-state.js';
import { StateBadge } from '../../providers/state-badge.js';
import { SortableTable, type Column } from '../../table/sortable-table.js';
import { MODE_NAME, nameIn } from '../../words/names.js';
import { jobDuration, jobSeconds, When } from '../../words/times.js';
import { changesOf } from '../job-queries.js';

interface JobTableProps {
  jobs: readonly SyncJobDto[];
  order: string;
  onOrder: (order: string) => void;
}

/** A line for each sync, to find the slowest and the biggest. */
export function JobTable({ jobs, order, onOrder }: JobTableProps) {
  return (
    <Paper withBorder>
      <SortableTable
        label="Syncs"
        columns={COLUMNS}
        rows={jobs}
        rowId={({ id }) => id}
        order={order}
        onOrder={onOrder}
      />
    </Paper>
  );
}

/** An address names the one that syncs are sorted by, and knows only these. */
type JobTableColumn = Column<SyncJobDto> & { header: Capitalize<JobColumn> };

const COLUMNS: JobTableColumn[] = [
  {
    header: 'Started',
    value: (job) => Date.parse(startOf(job)),
    cell: (job) => (
      <Link to="/providers/$id/history/$job" params={{ id: job.providerId, job: job.id }}>
        <When time={startOf(job)} />
      </Link>
    ),
  },
  {
    header: 'State',
    value: (job) => stateOf(job).name,
    cell: (job) => (
      <Box miw="max-content">
        <StateBadge state={stateOf(job)} />
      </Box>
    ),
  },
  { header: 'Duration', value: jobSeconds, cell: jobDuration, isNumber: true },
  { header: 'Trigger', value: ({ trigger }) => trigger },
  { header: 'Mode', value: ({ requestedMode }) => nameIn(MODE_NAME, requestedMode) },
  { header: 'Added', value: ({ counts }) => changesOf(counts).added, isNumber: true },
  { header: 'Updated', value: ({ counts }) => changesOf(counts).updated, isNumber: true },
  { header: 'Removed', value: ({ counts }) => changesOf(counts).removed, isNumber: true },
];

function startOf({ startedAt, createdAt }: SyncJobDto): string {
  return startedAt ?? createdAt;
}
