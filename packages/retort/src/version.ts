/** This package's version. */
import { createRequire } from 'node:module';

const manifest: { readonly version: string } = createRequire(import.meta.url)('retort/package.json');

export const { version } = manifest;
