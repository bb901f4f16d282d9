import type { ConsumerDto, StreamDto } from '@catalogue-sync/api-client';
import { Stack, Text, Title } from '@mantine/core';
import { Answer } from '../states/answer.js';
import { SortableTable, type Column } from '../table/sortable-table.js';
import { bytes, counted } from '../words/numbers.js';
import { Section } from './section.js';
import { useSystem } from './use-system.js';

/** How full the streams are, and how far behind who reads them. */
export function Streams() {
  const system = useSystem();
  return (
    <Section
      title="Streams"
      about="What waits between the services, and for whom. Looked at every five seconds."
    >
      <Answer query={system}>
        {({ streams }) => (
          <Stack gap="md">
            {streams.map((stream) => (
              <Stream key={stream.name} stream={stream} />
            ))}
          </Stack>
        )}
      </Answer>
    </Section>
  );
}

const COLUMNS: Column<ConsumerDto>[] = [
  { header: 'Consumer', value: ({ name }) => name },
  { header: 'Reads', value: ({ subjects }) => subjects.join(', ') },
  { header: 'Waiting', value: ({ pending }) => pending, isNumber: true },
  { header: 'Not acknowledged', value: ({ unacknowledged }) => unacknowledged, isNumber: true },
  { header: 'Given again', value: ({ redelivered }) => redelivered, isNumber: true },
];

function Stream({ stream }: { stream: StreamDto }) {
  const { name, messages, consumerCount, consumers } = stream;
  return (
    <div>
      <Title order={3} size="h6">
        {name}
      </Title>
      <Text size="sm" c="dimmed">
        {counted(messages, 'message')}, {bytes(stream.bytes)}, {counted(consumerCount, 'consumer')}
        {consumers.length < consumerCount && `: the ${consumers.length} for whom most waits`}
      </Text>
      {consumers.length > 0 && (
        <SortableTable
          label={`Consumers of ${name}`}
          columns={COLUMNS}
          rows={consumers}
          rowId={(consumer) => consumer.name}
        />
      )}
    </div>
  );
}
