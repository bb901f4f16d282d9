import type { CreatedKeyDto, KeyDto } from '@catalogue-sync/api-client';
import { Alert, Button, Code, CopyButton, Group, MultiSelect, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/api.js';
import { Answer } from '../states/answer.js';
import { say, sayFailure } from '../states/say.js';
import { SortableTable, timeColumn, type Column } from '../table/sortable-table.js';
import { Section } from './section.js';

const SCOPES = ['read', 'operate', 'admin', 'playback'] as const;
type Scope = (typeof SCOPES)[number];

const COLUMNS: Column<KeyDto>[] = [
  { header: 'Name', value: ({ name }) => name },
  { header: 'May', value: ({ scopes }) => scopes.join(', ') },
  timeColumn('Last used', ({ lastUsedAt }) => lastUsedAt, 'never'),
  timeColumn('Expires', ({ expiresAt }) => expiresAt, 'never'),
  {
    header: 'Action',
    cell: (key) => (key.revokedAt === undefined ? <RevokeButton of={key} /> : 'revoked'),
  },
];

/** Who may use the API. */
export function Keys() {
  const queries = useQueryClient();
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => api.listKeys() });
  const [created, setCreated] = useState<CreatedKeyDto>();
  return (
    <Section title="API keys" about="For your apps and scripts. A key is shown once, when it is made.">
      {created !== undefined && (
        <Alert
          color="teal"
          title="Keep this key: it is not shown again"
          withCloseButton
          closeButtonLabel="Hide the key"
          onClose={() => setCreated(undefined)}
        >
          <Group>
            <Code>{created.key}</Code>
            <CopyButton value={created.key}>
              {({ copied, copy }) => (
                <Button size="compact-sm" variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
      <Answer query={keys}>
        {({ keys: found }) =>
          found.length === 0 ? (
            <Text size="sm">None yet.</Text>
          ) : (
            <SortableTable label="API keys" columns={COLUMNS} rows={found} rowId={({ id }) => id} />
          )
        }
      </Answer>
      <NewKey
        created={(key) => {
          setCreated(key);
          void queries.invalidateQueries({ queryKey: ['keys'] });
        }}
      />
    </Section>
  );
}

function RevokeButton({ of: { id, name } }: { of: KeyDto }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.revokeKey({ path: { id } }),
    onSuccess: () => say('Revoked. It opens nothing any more.'),
    onError: sayFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      color="red"
      onClick={() => revoke.mutate()}
      aria-label={`Revoke ${name}`}
    >
      Revoke
    </Button>
  );
}

function NewKey({ created }: { created: (key: CreatedKeyDto) => void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['read']);
  const create = useMutation({
    mutationFn: () => api.createKey({ body: { name, scopes } }),
    onSuccess: (key) => {
      setName('');
      created(key);
    },
    onError: sayFailure,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Group align="flex-end">
        <TextInput
          label="Name of a new key"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
        />
        <MultiSelect
          label="It may"
          data={[...SCOPES]}
          value={scopes}
          onChange={(value) => setScopes(value as Scope[])}
          miw={220}
        />
        <Button type="submit" variant="default" loading={create.isPending} disabled={scopes.length === 0}>
          Make a key
        </Button>
      </Group>
    </form>
  );
}
