import { notifications } from '@mantine/notifications';

/** One message for what a person did. */
export function say(message: string): void {
  notifications.show({ message, color: 'teal' });
}

export function sayFailure(error: Error): void {
  notifications.show({ title: 'That did not work', message: error.message, color: 'red', autoClose: 10_000 });
}
