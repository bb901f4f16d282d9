import type { ReadinessDto } from '@catalogue-sync/api-client';
import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { StateBadge } from '../providers/state-badge.js';
import { Answer } from '../states/answer.js';
import { Replicas } from './replicas.js';
import { Section } from './section.js';
import { LOOK_EVERY_MS, useSystem } from './use-system.js';

/** What the gateway needs, whether it answers, and in how many processes. */
export function Services() {
  const ready = useQuery({ queryKey: ['ready'], queryFn: readReadiness, refetchInterval: LOOK_EVERY_MS });
  const system = useSystem();
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
      <Answer query={system}>{({ services }) => <Replicas services={services} />}</Answer>
    </Section>
  );
}

/** Its 503 has the same body, and is an answer too. */
async function readReadiness(): Promise<ReadinessDto> {
  const answer = await fetch('/health/ready', { headers: { accept: 'application/json' } });
  return (await answer.json()) as ReadinessDto;
}
