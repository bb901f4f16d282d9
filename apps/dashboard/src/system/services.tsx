import type { ReadinessDto } from '@catalogue-sync/api-client';
import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { StateBadge } from '../providers/state-badge.js';
import { Answer } from '../states/answer.js';
import { Section } from './section.js';

const EVERY_MS = 5_000;

/** What the gateway needs, and whether it answers. */
export function Services() {
  const ready = useQuery({ queryKey: ['ready'], queryFn: readReadiness, refetchInterval: EVERY_MS });
  return (
    <Section title="Services" about="Looked at every five seconds.">
      <Answer query={ready}>
        {({ parts }) => (
          <Group component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
            {Object.entries(parts).map(([name, state]) => (
              <li key={name}>
                <StateBadge
                  state={
                    state === 'up'
                      ? { name: `${name} answers`, color: 'teal', sign: '✓' }
                      : { name: `${name} does not answer`, color: 'red', sign: '✕' }
                  }
                />
              </li>
            ))}
          </Group>
        )}
      </Answer>
    </Section>
  );
}

/** Its 503 has the same body, and is an answer too. */
async function readReadiness(): Promise<ReadinessDto> {
  const answer = await fetch('/health/ready', { headers: { accept: 'application/json' } });
  return (await answer.json()) as ReadinessDto;
}
