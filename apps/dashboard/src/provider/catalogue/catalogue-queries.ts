import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/api.js';
import { useLiveProvider } from '../../api/live.js';

/** The categories of the current version; undefined data while there is none. */
export function useCategories(id: string) {
  const version = useLiveProvider(id)?.status.lastJob?.snapshotVersion;
  return useQuery({
    queryKey: ['categories', id, version],
    queryFn: () => api.listCategories({ path: { id } }),
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
}

/** What picture paths are relative to: the smallest part of a snapshot tells it. */
export function useImageBase(id: string): string | undefined {
  const { data } = useQuery({
    queryKey: ['image-base', id],
    queryFn: async () =>
      (await api.getSnapshotCategory({ path: { id, categoryId: 'none' } })).imageBaseUrl ?? '',
    staleTime: Infinity,
    retry: false,
  });
  return data === '' ? undefined : data;
}

export function categoryName(category: { id: string; category?: Record<string, unknown> }): string {
  if (category.id === 'none') return 'Without a category';
  return typeof category.category?.name === 'string' ? category.category.name : category.id;
}
