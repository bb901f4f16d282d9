import { ActionIcon, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api/api.js';

/** Who is signed in, and the way out. */
export function AccountMenu() {
  const { data } = useQuery({ queryKey: ['session'], queryFn: () => api.getSession(), staleTime: 300_000 });
  const signOut = async () => {
    await api.endSession().catch(() => undefined);
    window.location.assign('/login');
  };
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Account">
          <svg
            width="18"
            height="18"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            strokeWidth="2"
            aria-hidden
          >
            <circle cx="12" cy="8" r="4" />
            <path d="M4 20c1.5-4 5-5.5 8-5.5s6.5 1.5 8 5.5" strokeLinecap="round" />
          </svg>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {data === undefined ? 'Signed in' : `${data.name}: may ${data.scopes.join(', ')}`}
        </Menu.Label>
        <Menu.Item component="a" href="/docs" target="_blank" rel="noreferrer">
          API documentation
        </Menu.Item>
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
