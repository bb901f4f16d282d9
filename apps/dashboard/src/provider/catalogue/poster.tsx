import { useEffect, useState } from 'react';
import './poster.css';

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
  const size = { width, height: Math.round(width * 1.5) };
  const url = path === undefined || isBroken || !stays ? undefined : posterUrl(path, base);
  if (url === undefined) {
    return (
      <span className={width > 60 ? 'poster big-poster' : 'poster'} style={size} aria-hidden>
        {/[\p{L}\p{N}]/u.exec(name)?.[0]}
      </span>
    );
  }
  return (
    <img
      src={url}
      alt=""
      className="poster"
      style={size}
      loading="lazy"
      referrerPolicy="no-referrer"
      onError={() => setBroken(true)}
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
