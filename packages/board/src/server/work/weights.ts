/** By what diagnoses of a run are kept: the content of the weights that are diagnosed. */
import { createHash } from 'node:crypto';
import { openWithin } from '../kept/inside.ts';

/** As `retort diagnose` chooses them. */
const files = ['best.safetensors', 'last.safetensors'];

interface Known {
  readonly stamp: string;
  readonly sha256: string;
}

export class WeightSums {
  readonly #known = new Map<string, Known>();

  /** The SHA-256 of a run's weights; null where it has none yet. */
  async of(folder: string): Promise<string | null> {
    for (const name of files) {
      const handle = await openWithin(folder, name);
      if (!handle) continue;
      try {
        const { ino, size, mtimeMs } = await handle.stat();
        const stamp = `${name}:${ino}:${size}:${mtimeMs}`;
        const known = this.#known.get(folder);
        if (known?.stamp === stamp) return known.sha256;
        const hash = createHash('sha256');
        for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk);
        const sha256 = hash.digest('hex');
        this.#known.set(folder, { stamp, sha256 });
        return sha256;
      } finally {
        await handle.close();
      }
    }
    return null;
  }
}
