/** What stands in the place of a secret in everything that leaves a client. A player puts its own values in. */
export const PLACEHOLDER = {
  username: '{username}',
  password: '{password}',
  mac: '{mac}',
  token: '{token}',
} as const;
export type Placeholder = (typeof PLACEHOLDER)[keyof typeof PLACEHOLDER];
