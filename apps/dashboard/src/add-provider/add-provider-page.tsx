import { ApiError, type CreateProviderBody, type TestConnectionBody } from '@catalogue-sync/api-client';
import { Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api/api.js';
import { Failure } from '../states/failure.js';
import { say } from '../states/say.js';
import { ConnectionFields, type ConnectionDraft } from './connection-fields.js';
import { ConnectionReport } from './connection-report.js';
import { takeApartUrl } from './take-apart-url.js';

const EMPTY: ConnectionDraft = { protocol: 'stalker', url: '', mac: '', username: '', password: '' };

/** One address is pasted and taken apart; the connection is tested before it is saved; the first sync starts by itself. */
export function AddProviderPage() {
  const [name, setName] = useState('');
  const [draft, setDraft] = useState(EMPTY);
  const navigate = useNavigate();
  const test = useMutation({
    mutationFn: () => api.testConnection({ body: { connection: connectionOf(draft) } as TestConnectionBody }),
  });
  const save = useMutation({
    mutationFn: async () => {
      const connection = connectionOf(draft);
      const { id } = await api.createProvider({ body: { name, connection } as CreateProviderBody });
      await api.startSync({ path: { id }, body: {} });
      return id;
    },
    onSuccess: (id) => {
      say('Added. The first sync has started; you can close this tab, it keeps going.');
      return navigate({ to: '/providers/$id', params: { id } });
    },
  });
  const refusal = save.error ?? test.error;
  const faults = refusal instanceof ApiError ? (refusal.fields.errors ?? []) : [];
  const faultOf = (field: string) => faults.find((fault) => fault.field === field)?.message;
  const take = (pasted: string) => {
    const found = takeApartUrl(pasted);
    if (found === undefined) return;
    setDraft((before) => ({ ...before, ...found }));
    if (name === '') setName(new URL(found.url).hostname);
    test.reset();
  };
  return (
    <Stack gap="lg" maw={640} mx="auto">
      <Stack gap={4}>
        <Title order={1} size="h2">
          Add a provider
        </Title>
        <Text c="dimmed" size="sm">
          Paste what you were given: the address of a portal, a panel or a playlist. It is taken apart for
          you.
        </Text>
      </Stack>
      <Paper withBorder p="lg">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <Stack>
            <PasswordInput
              label="Paste one address"
              placeholder="http://host:8080/get.php?username=…"
              description="It may hold a password, so it is not shown."
              onChange={(event) => take(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
            <TextInput
              label="Name"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={faultOf('name')}
              required
            />
            <ConnectionFields
              draft={draft}
              faultOf={faultOf}
              change={(changes) => {
                setDraft((before) => ({ ...before, ...changes }));
                test.reset();
              }}
            />
            {test.data !== undefined && <ConnectionReport report={test.data} />}
            {refusal !== null && faults.length === 0 && <Failure error={refusal} />}
            <Group justify="space-between">
              <Button
                variant="default"
                loading={test.isPending}
                disabled={draft.url === ''}
                onClick={() => test.mutate()}
              >
                Test connection
              </Button>
              <Group gap="xs">
                <Button variant="subtle" color="gray" component={Link} to="/providers">
                  Cancel
                </Button>
                <Button type="submit" loading={save.isPending}>
                  {test.data?.ok === false ? 'Add it all the same' : 'Add and sync'}
                </Button>
              </Group>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Stack>
  );
}

function connectionOf({ protocol, url, mac, username, password }: ConnectionDraft): Record<string, string> {
  if (protocol === 'stalker') return { protocol, url, mac };
  return protocol === 'xtream' ? { protocol, url, username, password } : { protocol, url };
}
