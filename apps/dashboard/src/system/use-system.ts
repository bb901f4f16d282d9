import { useQuery } from '@tanstack/react-query';
import { api } from '../api/api.js';

/** Between two looks. */
export const LOOK_EVERY_MS = 5_000;

/** Services with their replicas, streams with their consumers. */
export function useSystem() {
  return useQuery({ queryKey: ['system'], queryFn: () => api.getSystem(), refetchInterval: LOOK_EVERY_MS });
}
