import type { SyncJobDto } from '@catalogue-sync/api-client';
import { Group, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { FILTERS } from '../../app/url-filters.js';
import { Answer } from '../../states/answer.js';
import { Empty } from '../../states/empty.js';
import { MoreButton } from '../../states/more-button.js';
import { counted } from '../../words/numbers.js';
import { useJobs } from '../job-queries.js';
import { JobTable } from './job-table.js';
import { JobTimeline } from './job-timeline.js';

const route = getRouteApi('/shell/providers/$id/history');

/** All syncs, newest first, as one timeline or as a table to sort. */
export function HistoryPage() {
  const { id } = route.useParams();
  const { only, view, sort } = route.useSearch();
  const navigate = route.useNavigate();
  const jobs = useJobs(id);
  const choose = (changes: Record<string, string | undefined>) =>
    void navigate({ search: (before) => FILTERS.history({ ...before, ...changes }), replace: true });
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Switch
          label="Only those that did not simply complete"
          checked={only === 'failed'}
          onChange={(event) => choose({ only: event.currentTarget.checked ? 'failed' : undefined })}
        />
        <SegmentedControl
          aria-label="Show as"
          value={view ?? 'timeline'}
          onChange={(value) => choose({ view: value, sort: undefined })}
          data={[
            { value: 'timeline', label: 'Timeline' },
            { value: 'table', label: 'Table' },
          ]}
        />
      </Group>
      <Answer query={jobs}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.jobs);
          const shown = only === 'failed' ? all.filter(({ state }) => DID_NOT_COMPLETE.has(state)) : all;
          if (shown.length === 0)
            return (
              <Empty title={all.length === 0 ? 'No sync yet' : 'All syncs completed'}>
                {all.length === 0 ? 'Start one with “Sync now”.' : undefined}
              </Empty>
            );
          return (
            <>
              {view === 'table' ? (
                <JobTable jobs={shown} order={sort ?? ''} onOrder={(order) => choose({ sort: order })} />
              ) : (
                <JobTimeline jobs={shown} />
              )}
              {view === 'table' && sort !== undefined && jobs.hasNextPage && (
                <Text size="xs" c="dimmed" ta="center">
                  Sorted among the newest {counted(all.length, 'sync')}: there are older ones.
                </Text>
              )}
              <MoreButton pages={jobs} />
            </>
          );
        }}
      </Answer>
    </Stack>
  );
}

const DID_NOT_COMPLETE = new Set<SyncJobDto['state']>(['failed', 'partial', 'cancelled']);
