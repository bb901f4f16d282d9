import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Empty } from '../states/empty.js';

export function NotFound() {
  return (
    <main className="page">
      <Empty
        title="There is no such page"
        action={
          <Anchor component={Link} to="/providers">
            Go to the providers
          </Anchor>
        }
      />
    </main>
  );
}
