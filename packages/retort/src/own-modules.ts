/** What a user writes beside Retort: networks, data sets and tasks by `FILE#NAME`, and their code by content. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { init, parse } from 'es-module-lexer';
import { unknown } from './words/unknown.ts';

/** An export of a module. */
export interface OwnModule {
  readonly file: string;
  readonly name: string;
}

/** A thing of one's own that cannot be had, or is none. */
export class OwnModuleError extends Error {
  override readonly name = 'OwnModuleError';
}

const form = /^(.+\.[mc]?[jt]s)#([\w$]+)$/;

/** `./net.ts#create`; null for what is no export of a module. @example parseOwnModule('./net.ts#create') // { file: './net.ts', name: 'create' } */
export function parseOwnModule(text: string): OwnModule | null {
  const [, file, name] = form.exec(text) ?? [];
  return file !== undefined && name !== undefined ? { file, name } : null;
}

/** As `parseOwnModule` reads it. */
export const ownModuleText = ({ file, name }: OwnModule): string => `${file}#${name}`;

/**
 * Imports an export.
 *
 * @param what  it is to be, for messages, e.g. `a network`
 * @throws OwnModuleError where the file is not there, cannot be imported, or has no such export
 */
export async function importOwn({ file, name }: OwnModule, what: string): Promise<unknown> {
  const whole = path.resolve(file);
  if (!fs.statSync(whole, { throwIfNoEntry: false })?.isFile())
    throw new OwnModuleError(`${what} is named as ${file}#${name}, and there is no file ${whole}`);
  let found: Readonly<Record<string, unknown>>;
  try {
    found = (await import(pathToFileURL(whole).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new OwnModuleError(`${file} cannot be imported: ${said}`, { cause: error });
  }
  if (!(name in found)) {
    const names = Object.keys(found);
    const has = names.length ? unknown('export', name, names) : `it exports nothing`;
    throw new OwnModuleError(`${file}: ${has}`);
  }
  return found[name];
}

const isOurs = (url: string): boolean => !url.split('/').includes('node_modules');

/** JavaScript of TypeScript. Node says once that it may still change how it does this, which is nothing that a user could act on. */
function stripped(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

const isCode = (file: string): boolean => /\.[mc]?[jt]s$/.test(file);

/** The files of a module's own that it imports, wherever in it, code or not; packages aside. */
function importsOf(file: string): string[] {
  if (!isCode(file)) return [];
  const source = fs.readFileSync(file, 'utf8');
  const code = /\.[mc]?ts$/.test(file) ? stripped(source) : source;
  const [imports] = parse(code, file);
  return imports.flatMap(({ n: specifier }) => {
    if (specifier === undefined || !/^(\.|\/|file:)/.test(specifier)) return [];
    const found = /^file:/.test(specifier)
      ? fileURLToPath(specifier)
      : createRequire(file).resolve(path.resolve(path.dirname(file), specifier));
    return isOurs(found) ? [found] : [];
  });
}

/**
 * SHA-256 of a module's code and of all that it imports from files beside it, JSON too; of packages only what it imports by name is in it.
 *
 * @throws OwnModuleError for a file that is not there or is no module
 */
export async function hashOwn(file: string): Promise<string> {
  await init;
  const seen = new Set<string>();
  const visit = (at: string): void => {
    if (seen.has(at)) return;
    seen.add(at);
    try {
      for (const next of importsOf(at)) visit(next);
    } catch (error) {
      const said = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
      throw new OwnModuleError(`${at} cannot be read as a module: ${said}`, { cause: error });
    }
  };
  // Its real place, since that is what imports are found from; a link to its folder is then the same code.
  const root = fs.existsSync(file) ? fs.realpathSync(file) : path.resolve(file);
  visit(root);
  const hash = createHash('sha256');
  // By their places beside the module, so that a folder that moved is the same.
  const named = [...seen].map((at) => [path.relative(path.dirname(root), at), at] as const).sort();
  for (const [name, at] of named) hash.update(JSON.stringify([name, fs.readFileSync(at, 'utf8')]));
  return hash.digest('hex');
}
