/** Where onnxruntime-web is: in the user's project, or beside Retort, as a dependency of transformers.js too. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { OnnxRuntime } from '../../models/index.ts';

const name = 'onnxruntime-web';

function runtimeFrom(folder: string): OnnxRuntime | null {
  const { resolve } = createRequire(path.join(folder, 'index.js'));
  try {
    const entry = resolve(name);
    // Its package.json is none of what it exports.
    const root = entry.slice(0, entry.lastIndexOf(path.join(name, 'dist')) + name.length);
    const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
    return { entry, version: String(version) };
  } catch {
    return null;
  }
}

/** onnxruntime-web, where it is; null where it is not. @example findWebRuntime()?.version // '1.31.0' */
export const findWebRuntime = (): OnnxRuntime | null =>
  runtimeFrom(process.cwd()) ?? runtimeFrom(import.meta.dirname);
