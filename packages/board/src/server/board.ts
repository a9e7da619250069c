/** The board, served. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import type { Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { BoardError, messageOf } from './errors.ts';
import { boardApp } from './http/app.ts';
import { Events } from './http/events.ts';
import { isLoopback } from './http/hosts.ts';
import { MineKeeper } from './kept/mine.ts';
import { Store } from './kept/store.ts';
import { Catalogue } from './runs/catalogue.ts';
import { Watch } from './runs/watch.ts';
import { type Command, Commands, installedCommand } from './work/command.ts';
import { Diagnostician } from './work/diagnoses.ts';
import { Teachers } from './work/teacher.ts';

export interface BoardOptions {
  /** Where runs are. */
  readonly folder: string;
  /** 0 for any that is free. Where it is left out, 4680, or any that is free where that is taken. */
  readonly port?: number | undefined;
  /** On which it listens: this machine alone where it is left out. With another it asks for a token. */
  readonly host?: string | undefined;
  /** How retort is called, which computes diagnoses; the one that is installed beside the board where it is left out. */
  readonly command?: Command | undefined;
  /** Of the built page; the package's own where it is left out. */
  readonly page?: string | undefined;
}

export interface Board {
  /** Where it is opened, with its token where it asks for one. */
  readonly url: string;
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** Null where only this machine reaches it. */
  readonly token: string | null;
  /** Ends it, with the processes that it started, and writes down what it knows. */
  close(): Promise<void>;
}

export const defaultPort = 4680;

/** In the package, whether it runs from its sources or built. */
const builtPage = path.join(import.meta.dirname, '../../dist/page');

function refuseOther(folder: string): void {
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  if (!stat)
    throw new BoardError(
      404,
      `there is no folder ${folder}: name the one where runs are, or begin a run, which makes it: npx retort train or distill with --out ${path.join(folder, 'first')}`,
    );
  if (!stat.isDirectory()) throw new BoardError(400, `${folder} is a file: name the folder where runs are`);
  if (fs.existsSync(path.join(folder, 'run.json')))
    throw new BoardError(
      400,
      `${folder} is a run: name the folder that holds it, ${path.dirname(path.resolve(folder))}`,
    );
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

async function listening(server: Server, given: number | undefined, host: string): Promise<number> {
  try {
    return await listen(server, given ?? defaultPort, host);
  } catch (error) {
    if (given === undefined && isTaken(error)) return listen(server, 0, host);
    if (isTaken(error))
      throw new BoardError(409, `port ${given} of ${host} is taken: name another, or leave out --port`, {
        cause: error,
      });
    throw new BoardError(400, `the board cannot listen on ${host}: ${messageOf(error)}`, { cause: error });
  }
}

/** With brackets where it is an address of version 6; for all of a machine's addresses, one by which others reach it. */
function nameInUrl(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host.includes(':') ? `[${host}]` : host;
  const addresses = Object.values(os.networkInterfaces()).flatMap((of) => of ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

/**
 * Serves a folder of runs as a page, until it is closed.
 *
 * @throws BoardError where there is no such folder, it is itself a run, or the port cannot be had
 * @example const board = await serveBoard({ folder: 'runs' }); console.log(board.url); await board.close();
 */
export async function serveBoard(options: BoardOptions): Promise<Board> {
  const { folder, port: given, host = '127.0.0.1', command = installedCommand(), page = builtPage } = options;
  refuseOther(folder);
  const token = isLoopback(host) ? null : randomBytes(24).toString('base64url');
  const store = new Store(folder);
  const mine = new MineKeeper(store);
  const catalogue = new Catalogue(folder, store, mine);
  const watch = new Watch(catalogue);
  const events = new Events(catalogue, watch);
  const commands = new Commands(command, folder, () => catalogue.isTraining);
  const diagnostician = new Diagnostician(catalogue, store, commands, (id) => events.diagnosis(id));
  const teachers = new Teachers(catalogue, commands);
  const app = boardApp({ catalogue, mine, diagnostician, teachers, events, host, token, page });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const port = await listening(server, given, host);
  return {
    url: `http://${nameInUrl(host)}:${port}/${token === null ? '' : `?token=${token}`}`,
    ...{ folder, host, port, token },
    close: async () => {
      watch.close();
      events.close();
      commands.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      catalogue.close();
    },
  };
}
