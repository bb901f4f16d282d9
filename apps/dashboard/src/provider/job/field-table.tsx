import { Text } from '@mantine/core';
import { fieldName, type FieldChange } from './field-changes.js';

/** Fields before and after. */
export function FieldTable({ changes }: { changes: readonly FieldChange[] }) {
  if (changes.length === 0)
    return (
      <Text size="xs" c="dimmed">
        No field differs.
      </Text>
    );
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="quiet-table" style={{ marginTop: 6 }}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ field, before, after }) => (
            <tr key={field}>
              <td>{fieldName(field)}</td>
              <Value text={before} />
              <Value text={after} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ text }: { text: string | undefined }) {
  return (
    <td style={{ overflowWrap: 'anywhere' }}>
      {text ?? (
        <Text span c="dimmed" size="sm">
          none
        </Text>
      )}
    </td>
  );
}
