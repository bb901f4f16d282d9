import { createInterface } from 'node:readline/promises';
import { CatalogueSyncApi } from '@catalogue-sync/api-client';
import type { Command } from 'commander';
import { CliError } from './exit-code.js';
import {
  findDataDirectory,
  findGateway,
  type GatewayAccess,
  type GatewayOptions,
} from './gateway/find-gateway.js';
import { Output, type OutputStreams } from './output/output.js';

export interface Surroundings extends OutputStreams {
  stdin: NodeJS.ReadStream;
  env: NodeJS.ProcessEnv;
  /** Where the command was typed, then the project. */
  folders: readonly string[];
  signal: AbortSignal;
}

/** What every command works with: the gateway that is meant, what it says, and whether it may ask. */
export class CommandContext {
  readonly out: Output;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  private access: GatewayAccess | undefined;

  constructor(
    private readonly options: GatewayOptions & { json?: boolean },
    private readonly around: Surroundings,
  ) {
    this.out = new Output(around, options.json === true);
    this.signal = around.signal;
    this.env = around.env;
  }

  /** Of the command that runs, with the options that stand before or behind it. */
  static of(command: Command, around: Surroundings): CommandContext {
    return new CommandContext(command.optsWithGlobals(), around);
  }

  get gateway(): GatewayAccess {
    return (this.access ??= findGateway(this.options, this.around.env, this.around.folders));
  }

  get api(): CatalogueSyncApi {
    const { url, apiKey } = this.gateway;
    return new CatalogueSyncApi({ baseUrl: url, ...(apiKey === undefined ? {} : { apiKey }) });
  }

  /** The data directory of the embedded default. Throws CliError when there is none. */
  get dataDirectory(): string {
    const found = findDataDirectory(this.options, this.around.folders);
    if (found !== undefined) return found;
    throw new CliError(
      'no-data-directory',
      'There is no ./.data here: name the data directory with --data-dir.',
    );
  }

  /** As `--data-dir` names it; it need not be there. */
  get namedDataDir(): string | undefined {
    return this.options.dataDir;
  }

  get typedIn(): string {
    return this.around.folders[0] ?? '.';
  }

  /** Goes on after a yes. Without a terminal it cannot ask, and throws CliError unless `yes` was given. */
  async confirm(question: string, yes: boolean): Promise<void> {
    if (yes) return;
    const answer = await this.ask(`${question} [y/N] `, 'add --yes to go on without being asked');
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('declined', 'Nothing was changed.');
  }

  /** The line that is typed. Throws CliError where nobody can: `instead` says what to give then. */
  async ask(question: string, instead: string): Promise<string> {
    const { stdin, stderr } = this.around;
    if (!stdin.isTTY || !stderr.isTTY || this.out.json)
      throw new CliError('no-terminal', `This has to ask, and there is no terminal: ${instead}.`);
    const reader = createInterface({ input: stdin, output: stderr });
    try {
      return await reader.question(question, { signal: this.signal });
    } finally {
      reader.close();
    }
  }

  /** All that standard input holds, without the line's end. */
  async readInput(): Promise<string> {
    let text = '';
    for await (const chunk of this.around.stdin) text += String(chunk);
    return text.replace(/\r?\n$/, '');
  }
}
