import { setup } from '@retort/torch/setup';

/** `retort setup`: libtorch and the addon. Every command does it; this one does nothing else. */
export async function setupCommand(options: { json?: boolean }): Promise<void> {
  const { libtorch, addon } = await setup((line) => console.error(line));
  if (options.json) console.log(JSON.stringify({ libtorch, addon }));
  else console.log(`libtorch ${libtorch.version} in ${libtorch.path}\naddon ${addon}`);
}
