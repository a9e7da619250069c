/** The command line: parsed here, each command run in a file of its own, which is loaded once libtorch is set up. */
import { Command, CommanderError } from 'commander';
import { systemCause } from '../system/system-errors.ts';
import { version } from '../version.ts';
import { addMachine } from './commands/machine.ts';
import { addNetworks } from './commands/networks.ts';
import { addRuns } from './commands/runs.ts';
import { addTraining } from './commands/training.ts';
import { complain, say, speakAs, tell, watchOutput } from './output.ts';
import { lostOthers } from './ranks/attempt.ts';

function program(args: readonly string[]): Command {
  const retort = new Command('retort')
    .description('Knowledge distillation: trains a small network to match a large one')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => say(text.replace(/\n$/, '')),
      writeErr: (text) => tell(text.replace(/\n$/, '')),
    })
    .showHelpAfterError('(retort <command> --help says more)');
  addTraining(retort, args);
  addNetworks(retort, args);
  addRuns(retort);
  addMachine(retort);
  return retort;
}

/** What the system says of a file in a sentence; other errors are sentences. */
function sentence(error: Error): string {
  const { path } = error as NodeJS.ErrnoException;
  const said = systemCause(error);
  if (!said || !('syscall' in error)) return error.message;
  return path ? `${path}: ${said}` : `${error.message}: ${said}`;
}

/** By the name, as some commands load no engine: a rank that lost the others may find them again when all are started anew. */
const exitCode = (error: string): number =>
  error === 'UsageError' ? 2 : error === 'DistributedError' ? lostOthers : 1;

/** Runs a command line. Errors are one sentence, and exit code 1, 2 where it was asked wrongly, or 75 where a rank lost the others; `RETORT_DEBUG=1` adds where they come from. */
export async function main(args: readonly string[]): Promise<void> {
  // A user's own line may lie below many layers of a network.
  Error.stackTraceLimit = 50;
  watchOutput();
  speakAs(0);
  try {
    await program(args).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof Error) || process.env.RETORT_DEBUG) throw error;
    if (error.name === 'AbortError') {
      tell('retort: stopped');
      process.exitCode = 130;
      return;
    }
    const isParsing = error instanceof CommanderError;
    if (!isParsing) complain(sentence(error));
    // Help that was asked for is no error.
    if (!isParsing || error.exitCode !== 0)
      process.exitCode = exitCode(isParsing ? 'UsageError' : error.name);
  }
}
