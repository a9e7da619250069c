import { setup } from '@retort/torch/setup';
import { say, tell } from './output.ts';

/** `retort setup`: libtorch and the addon. Every command does it; this one does nothing else. */
export async function setupCommand(options: { json?: boolean }): Promise<void> {
  const { libtorch, addon } = await setup((line) => tell(line));
  if (options.json) say(JSON.stringify({ libtorch, addon }));
  else say(`libtorch ${libtorch.version} in ${libtorch.path}\naddon ${addon}`);
}
