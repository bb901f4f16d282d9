import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';

/** What a command does: its arguments in their order, and its own options. */
export type Action<Options> = (
  context: CommandContext,
  args: string[] & Arguments,
  options: Options,
) => Promise<void>;

/** Commander makes sure of the required ones before the action runs. */
interface Arguments {
  0: string;
  1: string;
  2: string;
}

/** Makes an action of commander's from one of ours. */
export type Run = <Options>(action: Action<Options>) => (...given: unknown[]) => Promise<void>;

/** Commander hands an action its arguments, its options and the command. */
export function actionRunner(contextOf: (command: Command) => CommandContext): Run {
  return (action) =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const options = given.at(-2);
      await action(contextOf(command), given.slice(0, -2) as string[] & Arguments, options as never);
    };
}
