import { Button, Text } from '@mantine/core';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/api.js';
import { useLive } from '../api/live.js';
import { say, sayFailure } from '../states/say.js';
import { nameIn, SCOPE_NAME } from '../words/names.js';
import { When } from '../words/times.js';
import { Section } from './section.js';

/** Providers that are asked at most. */
const MAX_PROVIDERS = 50;
/** Of a provider. */
const MAX_LETTERS = 20;

/** Pages that could not be handled, of all providers. */
export function DeadLetters() {
  const { providers } = useLive();
  const queries = useQueryClient();
  const entries = [...(providers?.values() ?? [])].slice(0, MAX_PROVIDERS);
  const answers = useQueries({
    queries: entries.map(({ provider: { id } }) => ({
      queryKey: ['dead-letters', id],
      queryFn: () => api.listDeadLetters({ path: { id }, query: { limit: MAX_LETTERS } }),
    })),
  });
  const replay = useMutation({
    mutationFn: (path: { id: string; letter: string }) => api.replayDeadLetter({ path }),
    onSuccess: ({ outcome }) =>
      say(
        outcome === 'replayed'
          ? 'It was handed in again.'
          : 'Its run is over, so that its part is synced anew.',
      ),
    onError: sayFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: ['dead-letters'] }),
  });
  const letters = entries.flatMap(({ provider }, i) =>
    (answers[i]?.data?.deadLetters ?? []).map((letter) => ({ provider, letter })),
  );
  const leftOut = [
    ...((providers?.size ?? 0) > MAX_PROVIDERS
      ? [`Only the first ${MAX_PROVIDERS} providers were asked.`]
      : []),
    ...(answers.some(({ data }) => data?.nextCursor !== undefined)
      ? [`Of a provider only the newest ${MAX_LETTERS} are shown.`]
      : []),
  ];
  return (
    <Section title="Dead letters" about="Pages that could not be handled. They are kept, and never skipped.">
      {letters.length === 0 ? (
        <Text size="sm">None. That is how it should be.</Text>
      ) : (
        <div style={{ overflowX: 'auto' }}>
          <table className="quiet-table" aria-label="Dead letters">
            <thead>
              <tr>
                <th scope="col">Provider</th>
                <th scope="col">What</th>
                <th scope="col">Why</th>
                <th scope="col">When</th>
                <th scope="col">Action</th>
              </tr>
            </thead>
            <tbody>
              {letters.map(({ provider, letter }) => (
                <tr key={`${provider.id}:${letter.id}`}>
                  <td>{provider.name}</td>
                  <td>
                    {letter.scope === undefined ? letter.type : nameIn(SCOPE_NAME, letter.scope)}
                    {letter.ordinal === undefined ? '' : `, page ${letter.ordinal}`}
                  </td>
                  <td>{letter.reason}</td>
                  <td>
                    <When time={letter.parkedAt} />
                  </td>
                  <td>
                    <Button
                      size="compact-sm"
                      variant="default"
                      disabled={letter.replayedAt !== undefined}
                      loading={replay.isPending && replay.variables.letter === letter.id}
                      onClick={() => replay.mutate({ id: provider.id, letter: letter.id })}
                    >
                      {letter.replayedAt === undefined ? 'Replay' : 'Replayed'}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {leftOut.length > 0 && (
        <Text size="sm" c="dimmed">
          {leftOut.join(' ')} The API gives all of them.
        </Text>
      )}
    </Section>
  );
}
