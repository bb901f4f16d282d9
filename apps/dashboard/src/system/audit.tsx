import { Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '../api/api.js';
import { Answer } from '../states/answer.js';
import { MoreButton } from '../states/more-button.js';
import { When } from '../words/times.js';
import { Section } from './section.js';

/** Who changed what; nothing in it is ever changed or removed. */
export function Audit() {
  const entries = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam }) =>
      api.listAudit({ query: { limit: 20, ...(pageParam === '' ? {} : { cursor: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });
  return (
    <Section title="Audit" about="Who changed what. It only grows.">
      <Answer query={entries}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.entries);
          if (all.length === 0) return <Text size="sm">Nothing yet.</Text>;
          return (
            <div style={{ overflowX: 'auto' }}>
              <table className="quiet-table" aria-label="Audit">
                <thead>
                  <tr>
                    <th scope="col">When</th>
                    <th scope="col">Who</th>
                    <th scope="col">What</th>
                    <th scope="col">Outcome</th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((entry) => (
                    <tr key={entry.id}>
                      <td>
                        <When time={entry.at} />
                      </td>
                      <td>{entry.actor.name}</td>
                      <td>
                        {entry.action.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}
                        <Text size="xs" c="dimmed">
                          {Object.entries(entry.subject)
                            .map(([name, value]) => `${name} ${value}`)
                            .join(', ')}
                        </Text>
                      </td>
                      <td>
                        {entry.outcome === undefined
                          ? 'not known'
                          : (entry.outcome.code ?? entry.outcome.status)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Answer>
      <MoreButton pages={entries} />
    </Section>
  );
}
