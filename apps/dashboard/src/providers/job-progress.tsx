import type { LiveProgressDto } from '@catalogue-sync/api-client';
import { Group, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { count, duration, percent } from '../words/numbers.js';
import { nameIn, PHASE_NAME, SCOPE_NAME } from '../words/names.js';

/** A screen reader is told how far it is so often at most, ms. */
const SPOKEN_EVERY_MS = 15_000;

/** How far a sync is: phase, bar, speed, remaining time, and each part until it ends. */
export function JobProgress({ progress, name }: { progress: LiveProgressDto; name: string }) {
  const { phase, fraction, itemsPerSecond, remainingSeconds, parts } = progress;
  const phaseName = nameIn(PHASE_NAME, phase);
  const figures = [
    itemsPerSecond !== undefined && itemsPerSecond > 0
      ? `${count(Math.round(itemsPerSecond))} items/s`
      : undefined,
    remainingSeconds !== undefined && remainingSeconds > 0
      ? `about ${duration(remainingSeconds)} left`
      : undefined,
  ].filter((text) => text !== undefined);
  return (
    <Stack gap={8}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={550}>
          {phaseName}
        </Text>
        <Text size="sm" c="dimmed">
          {fraction === undefined ? 'size not known yet' : percent(fraction)}
        </Text>
      </Group>
      <div
        className={fraction === undefined ? 'moving-bar' : 'moving-bar done-bar'}
        role="progressbar"
        aria-label={`Sync of ${name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(fraction === undefined ? {} : { 'aria-valuenow': Math.floor(fraction * 100) })}
        aria-valuetext={fraction === undefined ? phaseName : `${phaseName}, ${percent(fraction)}`}
      >
        <span style={fraction === undefined ? {} : { width: `${fraction * 100}%` }} />
      </div>
      {figures.length > 0 && (
        <Text size="xs" c="dimmed">
          {figures.join(' · ')}
        </Text>
      )}
      {parts.map((part) => (
        <PartLine key={part.scope} part={part} />
      ))}
      <Spoken text={fraction === undefined ? phaseName : `${name}: ${phaseName}, ${percent(fraction)}`} />
    </Stack>
  );
}

function PartLine({ part }: { part: LiveProgressDto['parts'][number] }) {
  const total = part.itemsTotal === undefined ? '' : ` of ${count(part.itemsTotal)}`;
  const words = {
    waiting: 'waiting',
    fetching: `${count(part.itemsCompared)}${total}`,
    comparing: `${count(part.itemsCompared)}${total}`,
    ended: part.outcome === 'not-modified' ? 'nothing new' : `${count(part.itemsCompared)} · done`,
  }[part.state];
  const isBad = part.outcome === 'failed' || part.outcome === 'incomplete' || part.outcome === 'drifted';
  return (
    <Group justify="space-between" gap="xs">
      <Text size="xs">
        <span aria-hidden>{part.state === 'ended' ? (isBad ? '✕ ' : '✓ ') : '· '}</span>
        {nameIn(SCOPE_NAME, part.scope)}
        {part.attempt > 1 ? ` (try ${part.attempt})` : ''}
      </Text>
      <Text size="xs" c="dimmed">
        {isBad ? part.outcome : words}
      </Text>
    </Group>
  );
}

/** Read out politely, and not with every frame. */
function Spoken({ text }: { text: string }) {
  const [spoken, setSpoken] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(text), SPOKEN_EVERY_MS);
    return () => clearTimeout(timer);
  });
  return (
    <span
      role="status"
      aria-live="polite"
      style={{ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }}
    >
      {spoken}
    </span>
  );
}
