import type { StreamDto } from '@catalogue-sync/api-client';
import { Stack, Text, Title } from '@mantine/core';
import { Answer } from '../states/answer.js';
import { bytes, count, counted } from '../words/numbers.js';
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

function Stream({ stream }: { stream: StreamDto }) {
  const { name, messages, consumerCount, consumers } = stream;
  return (
    <div>
      <Title order={3} size="h6">
        {name}
      </Title>
      <Text size="sm" c="dimmed">
        {counted(messages, 'message')}, {bytes(stream.bytes)}, {counted(consumerCount, 'consumer')}
      </Text>
      {consumers.length > 0 && (
        <div style={{ overflowX: 'auto' }}>
          <table className="quiet-table" aria-label={`Consumers of ${name}`}>
            <thead>
              <tr>
                <th scope="col">Consumer</th>
                <th scope="col">Reads</th>
                <th scope="col">Waiting</th>
                <th scope="col">Not acknowledged</th>
                <th scope="col">Given again</th>
              </tr>
            </thead>
            <tbody>
              {consumers.map((consumer) => (
                <tr key={consumer.name}>
                  <td>{consumer.name}</td>
                  <td>{consumer.subjects.join(', ')}</td>
                  <td>{count(consumer.pending)}</td>
                  <td>{count(consumer.unacknowledged)}</td>
                  <td>{count(consumer.redelivered)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
