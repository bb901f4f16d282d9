import type { CreatedKeyDto, KeyDto } from '@catalogue-sync/api-client';
import { Alert, Button, Code, CopyButton, Group, MultiSelect, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/api.js';
import { Answer } from '../states/answer.js';
import { say, sayFailure } from '../states/say.js';
import { When } from '../words/times.js';
import { Section } from './section.js';

const SCOPES = ['read', 'operate', 'admin', 'playback'] as const;
type Scope = (typeof SCOPES)[number];

/** Who may use the API. */
export function Keys() {
  const queries = useQueryClient();
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => api.listKeys() });
  const onSettled = () => queries.invalidateQueries({ queryKey: ['keys'] });
  const [created, setCreated] = useState<CreatedKeyDto>();
  const revoke = useMutation({
    mutationFn: (key: KeyDto) => api.revokeKey({ path: { id: key.id } }),
    onSuccess: () => say('Revoked. It opens nothing any more.'),
    onError: sayFailure,
    onSettled,
  });
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
            <div style={{ overflowX: 'auto' }}>
              <table className="quiet-table" aria-label="API keys">
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">May</th>
                    <th scope="col">Last used</th>
                    <th scope="col">Action</th>
                  </tr>
                </thead>
                <tbody>
                  {found.map((key) => (
                    <tr key={key.id}>
                      <td>{key.name}</td>
                      <td>{key.scopes.join(', ')}</td>
                      <td>{key.lastUsedAt === undefined ? 'never' : <When time={key.lastUsedAt} />}</td>
                      <td>
                        {key.revokedAt === undefined ? (
                          <Button
                            size="compact-sm"
                            variant="subtle"
                            color="red"
                            onClick={() => revoke.mutate(key)}
                            aria-label={`Revoke ${key.name}`}
                          >
                            Revoke
                          </Button>
                        ) : (
                          'revoked'
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
      <NewKey
        created={(key) => {
          setCreated(key);
          void onSettled();
        }}
      />
    </Section>
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
