import { PasswordInput, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { PROTOCOL_NAME } from '../words/names.js';

/** The connection as it is typed: only the fields of its protocol count. */
export interface ConnectionDraft {
  protocol: 'stalker' | 'xtream' | 'm3u';
  url: string;
  mac: string;
  username: string;
  password: string;
}

interface ConnectionFieldsProps {
  draft: ConnectionDraft;
  change: (changes: Partial<ConnectionDraft>) => void;
  /** What is wrong with a field of the body, by its path. */
  faultOf: (field: string) => string | undefined;
}

const ADDRESS_HELP = {
  stalker: "The portal's page, such as http://host:8080/c/",
  xtream: 'Scheme, host and port of the panel',
  m3u: 'The whole address, with what stands behind the question mark',
};

/** The fields that a protocol needs. */
export function ConnectionFields({ draft, change, faultOf }: ConnectionFieldsProps) {
  const address = {
    label: 'Address',
    description: ADDRESS_HELP[draft.protocol],
    value: draft.url,
    onChange: (event: { currentTarget: { value: string } }) => change({ url: event.currentTarget.value }),
    error: faultOf('connection.url'),
    required: true,
  };
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Kind of provider"
        value={draft.protocol}
        onChange={(protocol) => change({ protocol: protocol as ConnectionDraft['protocol'] })}
        data={(['stalker', 'xtream', 'm3u'] as const).map((value) => ({
          value,
          label: PROTOCOL_NAME[value] ?? value,
        }))}
        size="xs"
        fullWidth
      />
      {/* The address of a playlist holds its password. */}
      {draft.protocol === 'm3u' ? <PasswordInput {...address} /> : <TextInput {...address} />}
      {draft.protocol === 'stalker' && (
        <TextInput
          label="MAC address"
          description="Of the device that is registered at the portal"
          placeholder="00:1A:79:12:34:56"
          value={draft.mac}
          onChange={(event) => change({ mac: event.currentTarget.value })}
          error={faultOf('connection.mac')}
          required
        />
      )}
      {draft.protocol === 'xtream' && (
        <>
          <TextInput
            label="User name"
            value={draft.username}
            onChange={(event) => change({ username: event.currentTarget.value })}
            error={faultOf('connection.username')}
            autoComplete="off"
            required
          />
          <PasswordInput
            label="Password"
            value={draft.password}
            onChange={(event) => change({ password: event.currentTarget.value })}
            error={faultOf('connection.password')}
            autoComplete="new-password"
            required
          />
        </>
      )}
    </Stack>
  );
}
