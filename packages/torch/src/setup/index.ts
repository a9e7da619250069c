/** `@retort/torch/setup` brings libtorch and the addon to the machine, once. Nothing here loads either. */
import { ensureAddon, locateAddon } from './addon.ts';
import { SetupError } from './cache.ts';
import { findLibTorch, installLibTorch, type LibTorch, recordLibTorch } from './libtorch.ts';

export { findCompiler, locateAddon } from './addon.ts';
export { cacheFolder, SetupError } from './cache.ts';
export { readKept, writeKept } from './kept.ts';
export { findLibTorch, findPython, type LibTorch } from './libtorch.ts';
export { makeFolder } from './make-folder.ts';
export { isUsable, pinnedVersion, usableReleases } from './release.ts';

/** What set-up brought, or found. */
export interface Setup {
  readonly libtorch: LibTorch;
  /** The file of the compiled addon. */
  readonly addon: string;
}

/** Platforms on which set-up is tested. */
const supported = ['linux-x64'];

/**
 * Finds or installs libtorch and compiles the addon; what is already there is left alone.
 *
 * @param say  receives a line for each step that takes time
 * @throws SetupError with one sentence and the cure
 * @example const { libtorch } = await setup(console.error);
 */
export async function setup(say: (line: string) => void = () => {}): Promise<Setup> {
  const platform = `${process.platform}-${process.arch}`;
  if (!supported.includes(platform)) {
    throw new SetupError(`${platform} is not supported yet: Retort runs on ${supported.join(', ')}`);
  }
  const libtorch = findLibTorch(say) ?? (await installLibTorch(say));
  const addon = await ensureAddon(libtorch, say);
  recordLibTorch(libtorch);
  return { libtorch, addon };
}

/**
 * Sets up only where the last set-up's libtorch and addon are no longer there: what a program does before it imports the rest.
 *
 * @param say  receives a line for each step that takes time
 * @throws SetupError with one sentence and the cure
 * @example await ensureSetup(console.error); const { tensor } = await import('@retort/torch');
 */
export async function ensureSetup(say: (line: string) => void = () => {}): Promise<void> {
  try {
    locateAddon();
  } catch {
    await setup(say);
  }
}
