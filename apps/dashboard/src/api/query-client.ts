import { ApiError } from '@catalogue-sync/api-client';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { goToSignIn } from './sign-in-redirect.js';

/** Tries of a question that got no answer; a refusal is final. */
const TRIES = 3;

function onError(error: Error): void {
  if (error instanceof ApiError && error.status === 401) goToSignIn();
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => !(error instanceof ApiError && error.status < 500) && failures < TRIES,
    },
  },
});
