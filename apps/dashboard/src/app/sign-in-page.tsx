import { Alert, Button, Center, Loader, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api/api.js';

const route = getRouteApi('/login');

/** Exchanges the token of a login link, or takes a key; then goes on to where one came from. */
export function SignInPage() {
  const { token, next } = route.useSearch();
  const [key, setKey] = useState('');
  const tried = useRef(false);
  const signIn = useMutation({
    mutationFn: (proof: { token: string } | { key: string }) => api.startSession({ body: proof }),
    onSuccess: () => window.location.replace(isOwnPath(next) ? next : '/providers'),
  });
  useEffect(() => {
    if (token === undefined || tried.current) return;
    tried.current = true;
    // The token is good once, and has no business in the address or the history.
    window.history.replaceState(null, '', '/login');
    signIn.mutate({ token });
  }, [token, signIn]);

  if (token !== undefined && !signIn.isError) {
    return (
      <Center component="main" h="100vh">
        <Loader aria-label="Signing in" />
      </Center>
    );
  }
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w={400} maw="100%">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            signIn.mutate({ key: key.trim() });
          }}
        >
          <Stack>
            <Stack gap={4}>
              <img src="/icon.svg" alt="" width={40} height={40} />
              <Title order={1} size="h3" mt="xs">
                Sign in to catalogue-sync
              </Title>
            </Stack>
            {signIn.isError && (
              <Alert color="red" role="alert">
                {signIn.error.message}
              </Alert>
            )}
            <PasswordInput
              label="API key"
              description="It is exchanged for a session of this browser, and not kept."
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              autoComplete="current-password"
              required
              data-autofocus
            />
            <Button type="submit" loading={signIn.isPending}>
              Sign in
            </Button>
            <Text size="sm" c="dimmed">
              Or open a login link: the one that stands in the terminal, or a new one of somebody with a key.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

/** A path of this page and no other site's: `//h` and `/\h` lead elsewhere. */
function isOwnPath(next: string | undefined): next is string {
  return next !== undefined && /^\/(?![/\\])/.test(next) && !next.startsWith('/login');
}
