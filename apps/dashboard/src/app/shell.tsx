import {
  ActionIcon,
  Badge,
  Group,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { useLive } from '../api/live.js';
import { KeyboardHelp } from './keyboard-help.js';
import { AccountMenu } from './account-menu.js';

/** What stands on every page but the one to sign in. */
export function Shell() {
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header
        style={{
          borderBottom: '1px solid var(--mantine-color-default-border)',
          background: 'var(--mantine-color-body)',
          position: 'sticky',
          top: 0,
          zIndex: 100,
        }}
      >
        <Group
          h={56}
          px={20}
          maw="var(--page-width)"
          mx="auto"
          justify="space-between"
          wrap="nowrap"
          gap="xs"
        >
          <Group gap={6} wrap="nowrap">
            <Link
              to="/providers"
              className="plain"
              aria-label="catalogue-sync, home"
              style={{ display: 'flex', gap: 10, alignItems: 'center' }}
            >
              <img src="/icon.svg" alt="" width={26} height={26} />
              <Text fw={650} visibleFrom="sm" c="var(--mantine-color-text)">
                catalogue-sync
              </Text>
            </Link>
            <nav aria-label="Main" style={{ display: 'flex', gap: 2, marginLeft: 12 }}>
              <Link to="/providers" className="nav-link">
                Providers
              </Link>
              <Link to="/system" className="nav-link">
                System
              </Link>
            </nav>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ConnectionBadge />
            <KeyboardHelp />
            <ColorSchemeButton />
            <AccountMenu />
          </Group>
        </Group>
      </header>
      <main id="main" className="page" tabIndex={-1} style={{ outline: 'none' }}>
        <Outlet />
      </main>
    </>
  );
}

/** Says when what is shown may be old. */
function ConnectionBadge() {
  const { connection } = useLive();
  if (connection === 'live') {
    return (
      <Tooltip label="What happens shows at once">
        <Badge variant="dot" color="teal" visibleFrom="xs" tt="none" fw={500}>
          Live
        </Badge>
      </Tooltip>
    );
  }
  return (
    <Badge variant="light" color={connection === 'lost' ? 'red' : 'gray'} tt="none" role="status">
      {connection === 'lost' ? 'Reconnecting …' : 'Connecting …'}
    </Badge>
  );
}

function ColorSchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={isDark ? 'Use light colours' : 'Use dark colours'}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      <svg
        width="18"
        height="18"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        aria-hidden
      >
        <circle cx="12" cy="12" r="8" />
        <path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}
