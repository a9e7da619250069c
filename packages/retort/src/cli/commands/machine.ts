/** The commands that look at this machine. */
import { Argument, type Command } from 'commander';

/** Adds them. */
export function addMachine(retort: Command): void {
  retort
    .command('doctor')
    .description('what is on this machine, and cures')
    .option('--json', 'print the findings as JSON')
    .action(async (flags) => {
      const { doctorCommand } = await import('../doctor.ts');
      await doctorCommand(flags);
    });
  retort
    .command('setup')
    .description('bring libtorch and the addon to this machine (every command does)')
    .addArgument(
      new Argument(
        '[what]',
        'onnx: onnxruntime-node, which runs ONNX files, without what it would download of CUDA',
      ).choices(['onnx']),
    )
    .option('--json', 'print where they are as JSON')
    .action(async (what, flags) => {
      const { setupCommand, setupOnnxCommand } = await import('../setup.ts');
      await (what === 'onnx' ? setupOnnxCommand(flags) : setupCommand(flags));
    });
}
