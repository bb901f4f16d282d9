import { Group, Select, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { SEARCH_FIELD } from '../../app/keyboard-help.js';
import { ITEM_SORTS, KINDS, type ItemSort, type Kind } from '../../app/url-filters.js';
import { KIND_NAMES, nameIn } from '../../words/names.js';
import { count } from '../../words/numbers.js';
import { categoryName, useCategories } from './catalogue-queries.js';
import { FoundItems } from './found-items.js';

const route = getRouteApi('/shell/providers/$id/catalogue');

const SORT_NAMES: Record<ItemSort, string> = {
  name: 'By name',
  '-name': 'By name, Z to A',
  '-added': 'Newest first',
  added: 'Oldest first',
};
const TYPING_MS = 250;
const NONE: never[] = [];

/** Everything that a provider has, to look through. */
export function CataloguePage() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const { view, ...filter } = search;
  const navigate = route.useNavigate();
  const categories = useCategories(id);
  const choose = (changes: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const find = useDebouncedCallback(
    (text: string) => choose({ q: /[\p{L}\p{N}]/u.test(text) ? text : undefined }),
    TYPING_MS,
  );
  const counts = (categories.data?.categories ?? []).filter(
    (category) => filter.kind === undefined || category.counts[filter.kind] > 0,
  );
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-end">
        <TextInput
          id={SEARCH_FIELD}
          label="Search"
          placeholder="Words of a name"
          defaultValue={filter.q ?? ''}
          onChange={(event) => find(event.currentTarget.value)}
          w={{ base: '100%', xs: 240 }}
        />
        <Select
          label="Category"
          placeholder="All categories"
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'All categories' }}
          limit={200}
          data={counts.map((category) => ({
            value: category.id,
            label: `${categoryName(category)} (${count(filter.kind === undefined ? sumOf(category.counts) : category.counts[filter.kind])})`,
          }))}
          value={filter.category ?? null}
          onChange={(value) => choose({ category: value ?? undefined })}
          w={{ base: '100%', xs: 240 }}
        />
        <Select
          label="Order"
          allowDeselect={false}
          data={ITEM_SORTS.map((value) => ({ value, label: SORT_NAMES[value] }))}
          value={filter.sort ?? 'name'}
          onChange={(value) => choose({ sort: value === 'name' ? undefined : (value as ItemSort) })}
          w={160}
        />
        <SegmentedControl
          aria-label="Kind"
          value={filter.kind ?? 'all'}
          onChange={(value) =>
            choose({ kind: value === 'all' ? undefined : (value as Kind), category: undefined })
          }
          data={[
            { value: 'all', label: 'All' },
            ...KINDS.map((value) => ({ value, label: nameIn(KIND_NAMES, value) })),
          ]}
        />
        <SegmentedControl
          aria-label="Show as"
          value={view ?? 'list'}
          onChange={(value) => choose({ view: value === 'posters' ? 'posters' : undefined })}
          data={[
            { value: 'list', label: 'List' },
            { value: 'posters', label: 'Posters' },
          ]}
        />
      </Group>
      <FoundItems
        key={JSON.stringify(search)}
        id={id}
        filter={filter}
        asPosters={view === 'posters'}
        categories={categories.data?.categories ?? NONE}
      />
    </Stack>
  );
}

function sumOf(counts: { channel: number; movie: number; series: number }): number {
  return counts.channel + counts.movie + counts.series;
}
