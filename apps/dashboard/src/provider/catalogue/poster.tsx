import { Center, Image, Text } from '@mantine/core';
import { useEffect, useState } from 'react';

/** Rows that fly by while somebody scrolls ask for no picture, ms. */
const STAYS_MS = 150;

interface PosterProps {
  /** As the item has it: a path, or an absolute URL. */
  path: string | undefined;
  base: string | undefined;
  name: string;
  width: number;
}

/** An item's picture from the provider's own host; the first letter of its name where there is none. */
export function Poster({ path, base, name, width }: PosterProps) {
  const [isBroken, setBroken] = useState(false);
  const [stays, setStays] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setStays(true), STAYS_MS);
    return () => clearTimeout(timer);
  }, []);
  const url = path === undefined ? undefined : posterUrl(path, base);
  const height = Math.round(width * 1.5);
  if (url === undefined || isBroken || !stays) {
    return (
      <Center
        w={width}
        h={height}
        bg="var(--mantine-color-default-hover)"
        style={{ borderRadius: 4, flexShrink: 0 }}
        aria-hidden
      >
        <Text size={width > 60 ? 'xl' : 'sm'} c="dimmed">
          {/[\p{L}\p{N}]/u.exec(name)?.[0]}
        </Text>
      </Center>
    );
  }
  return (
    <Image
      src={url}
      alt=""
      w={width}
      h={height}
      radius={4}
      fit="cover"
      loading="lazy"
      referrerPolicy="no-referrer"
      onError={() => setBroken(true)}
      style={{ flexShrink: 0 }}
    />
  );
}

/** Only pictures of the web: whatever else a provider writes there is none. */
export function posterUrl(path: string, base: string | undefined): string | undefined {
  try {
    const url = new URL(path, base);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
