/** The model folder of a network on the hub. */
import path from 'node:path';
import { type HubOptions, Repository } from '../../hub/index.ts';
import { configFile, inputFile, type Names, shardsOf, tokenizerFiles, weightFile } from './files.ts';
import { readFolderConfig } from './folder.ts';

/**
 * Brings a model folder here from the hub: of its files those that are needed, and weights only where the config is of a network that is
 * here.
 *
 * @param name  `hf:OWNER/NAME[@REVISION]`
 * @returns the folder, in the cache folder
 * @throws HubError where it cannot be had; HuggingFaceError where its network is not here
 * @example await fetchFolder('hf:facebook/deit-tiny-patch16-224')
 */
export async function fetchFolder(name: string, options: HubOptions): Promise<string> {
  const repository = await Repository.open(name, options);
  if (repository.has(configFile)) await repository.fetch(configFile);
  const { folder } = repository;
  const names: Names = {
    has: (file) => repository.has(file),
    use: (file) => `download ${repository.urlOf(file)}, and write where it is`,
  };
  const { takes } = readFolderConfig(folder, names);
  const weights = path.join(folder, weightFile(names, folder));
  const beside = takes.kind === 'texts' ? tokenizerFiles : [inputFile];
  for (const file of beside) if (repository.has(file)) await repository.fetch(file);
  await repository.fetch(path.basename(weights));
  for (const shard of shardsOf(weights)) await repository.fetch(shard);
  return folder;
}
