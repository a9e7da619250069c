import { setup } from '@retort/torch/setup';
import { say, tell } from './output.ts';

/** `retort setup onnx`: onnxruntime-node, which runs ONNX files. */
export async function setupOnnxCommand(options: { json?: boolean }): Promise<void> {
  await setup((line) => tell(line));
  const { setupOnnx } = await import('../models/index.ts');
  const { version, entry } = await setupOnnx((line) => tell(line));
  if (options.json) say(JSON.stringify({ version, entry }));
  else say(`onnxruntime-node ${version} in ${entry}`);
}

/** `retort setup`: libtorch and the addon. Every command does it; this one does nothing else. */
export async function setupCommand(options: { json?: boolean }): Promise<void> {
  const { libtorch, addon } = await setup((line) => tell(line));
  if (options.json) say(JSON.stringify({ libtorch, addon }));
  else say(`libtorch ${libtorch.version} in ${libtorch.path}\naddon ${addon}`);
}
