import { Badge } from '@mantine/core';

/** A state by sign, word and colour. */
export function StateBadge({ state }: { state: { name: string; color: string; sign: string } }) {
  return (
    <Badge
      variant="light"
      color={state.color}
      tt="none"
      fw={600}
      leftSection={<span aria-hidden>{state.sign}</span>}
      style={{ flexShrink: 0, color: 'var(--mantine-color-text)' }}
    >
      {state.name}
    </Badge>
  );
}
