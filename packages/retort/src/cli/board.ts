/** `retort board`, which is a package of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { say, tell } from './output.ts';
import { UsageError } from './usage-error.ts';

export interface BoardFlags {
  readonly port?: number;
  readonly host?: string;
  readonly open?: boolean;
  readonly json?: boolean;
}

const name = '@retort/board';

/** A board that is served. */
interface Served {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
  close(): Promise<void>;
}

/** As much of the package as is called here. */
interface BoardPackage {
  serveBoard(options: {
    folder: string;
    port: number | undefined;
    host: string | undefined;
  }): Promise<Served>;
}

function entryFrom(folder: string): string | null {
  try {
    return createRequire(path.join(folder, 'index.js')).resolve(name);
  } catch {
    return null;
  }
}

/** In the user's project, or beside Retort; null where it is not installed. */
export const boardEntry = (): string | null => entryFrom(process.cwd()) ?? entryFrom(import.meta.dirname);

/** @throws UsageError where it is not installed */
async function boardPackage(): Promise<BoardPackage> {
  const entry = boardEntry();
  if (entry === null)
    throw new UsageError(
      `the board is a package of its own, which is not installed: run \`npm install ${name}\``,
    );
  return import(pathToFileURL(entry).href);
}

/** Shows a page in the browser; where none can be started, its address was printed. */
function openBrowser(url: string): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => tell(`${program} could not be started: open ${url} in a browser`));
  child.unref();
}

/** Serves until it is interrupted. */
export async function boardCommand(folder: string, flags: BoardFlags): Promise<void> {
  const { port, host, open = false, json = false } = flags;
  const { serveBoard } = await boardPackage();
  const board = await serveBoard({ folder, port, host }).catch((error: unknown) => {
    // What it says of a folder or a port is of what was asked for.
    throw error instanceof Error && error.name === 'BoardError'
      ? new UsageError(error.message, { cause: error })
      : error;
  });
  const { url, token } = board;
  if (json) say(JSON.stringify({ url, folder, host: board.host, port: board.port, token }));
  else {
    say(`the runs in ${folder}: ${url}`);
    if (token !== null) tell('whoever has this address can see them, and start diagnoses; nobody else');
    tell('(Ctrl-C ends it)');
  }
  if (open) openBrowser(url);
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
  await board.close();
}
