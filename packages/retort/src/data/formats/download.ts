/** Files from the web: resumed where they stopped, checked, moved into place when whole. */
import fs from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../runs/write/make-folder.ts';
import { DataError } from '../dataset.ts';
import { sha256Of } from './contents.ts';

/** Receives how far a long operation is. */
export type Report = (what: string, done: number, total: number) => void;

export interface Source {
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

async function append(
  response: Response,
  part: string,
  from: number,
  source: Source,
  report: Report,
): Promise<void> {
  const file = await fs.promises.open(part, from > 0 ? 'a' : 'w');
  let done = from;
  try {
    for await (const chunk of response.body ?? []) {
      await file.write(chunk);
      done += chunk.length;
      report(`Downloading ${path.basename(source.url)}`, done, source.bytes);
    }
  } finally {
    await file.close();
  }
}

/**
 * Downloads a file unless it is there. What an interrupted download left is continued if the server can.
 *
 * @throws DataError if the server does not answer, or what came is not what was expected
 */
export async function download(source: Source, file: string, report: Report = () => {}): Promise<void> {
  if (fs.existsSync(file)) return;
  const { url } = source;
  const part = `${file}.part`;
  makeFolder(path.dirname(file));
  const have = fs.existsSync(part) ? fs.statSync(part).size : 0;
  if (have < source.bytes) {
    let response: Response;
    try {
      response = await fetch(url, have > 0 ? { headers: { range: `bytes=${have}-` } } : {});
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      await append(response, part, response.status === 206 ? have : 0, source, report);
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      const reason = error instanceof Error ? error.message + cause : String(error);
      throw new DataError(
        `${url} could not be downloaded (${reason}): try again, which continues where it stopped, or put the file into a folder and set RETORT_DATA to it`,
      );
    }
  }
  const size = fs.statSync(part).size;
  if (size < source.bytes) {
    throw new DataError(
      `${url} ended after ${size} of ${source.bytes} bytes: try again, which continues where it stopped`,
    );
  }
  const found = await sha256Of(part);
  if (found !== source.sha256) {
    fs.rmSync(part);
    throw new DataError(
      `${url} is not the expected file: its SHA-256 is ${found}, not ${source.sha256}; what came was removed`,
    );
  }
  fs.renameSync(part, file);
}
