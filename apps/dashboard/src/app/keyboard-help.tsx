import { ActionIcon, Kbd, Modal, Table, Text } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';

const KEYS = [
  ['/', 'Search on this page'],
  ['g then p', 'Providers'],
  ['g then s', 'System'],
  ['?', 'This help'],
  ['Esc', 'Close'],
] as const;

/** What a page's search field is known by. */
export const SEARCH_FIELD = 'page-search';

let lastG = 0;

/** The keys that work everywhere, and their list. */
export function KeyboardHelp() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const afterG = (go: () => void) => () => {
    if (Date.now() - lastG < 1_000) go();
  };
  useHotkeys([
    ['shift+?', open],
    ['?', open],
    ['/', () => document.getElementById(SEARCH_FIELD)?.focus()],
    ['g', () => void (lastG = Date.now()), { preventDefault: false }],
    ['p', afterG(() => void navigate({ to: '/providers' })), { preventDefault: false }],
    ['s', afterG(() => void navigate({ to: '/system' })), { preventDefault: false }],
  ]);
  return (
    <>
      <ActionIcon variant="subtle" color="gray" aria-label="Keyboard help" onClick={open} visibleFrom="sm">
        <Text span fw={600} aria-hidden>
          ?
        </Text>
      </ActionIcon>
      <Modal opened={isOpen} onClose={close} title="Keyboard" closeButtonProps={{ 'aria-label': 'Close' }}>
        <Table>
          <Table.Tbody>
            {KEYS.map(([key, meaning]) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <Kbd>{key}</Kbd>
                </Table.Td>
                <Table.Td>{meaning}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Modal>
    </>
  );
}
