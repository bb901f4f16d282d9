/** The environment cannot be run with; the message lists everything that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    // A stack trace would bury what the operator has to fix.
    this.stack = `${this.name}: ${this.message}`;
  }
}
