/** A commit in a git worktree of its own, ready to run. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** What a program printed. @throws Error with what it complained of */
function output(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout.trim();
}

/** The full name of a commit. @throws Error if there is none of this name */
export function commitOf(root: string, name: string): string {
  return output('git', ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`], root);
}

/** The first line of its message, with its short name. */
export function titleOf(root: string, commit: string): string {
  return output('git', ['log', '-1', '--format=%h %s', commit], root);
}

const lock = (folder: string): Buffer => fs.readFileSync(path.join(folder, 'package-lock.json'));

/** Checks a commit out and sets it up: with this clone's packages where it asks for the same, else by its own set-up; its addon is compiled. */
export function checkOut(root: string, commit: string, folder: string): void {
  output('git', ['worktree', 'add', '--detach', folder, commit], root);
  const isInstalled = fs.existsSync(path.join(root, 'node_modules'));
  if (isInstalled && lock(root).equals(lock(folder)))
    // Links to the workspaces' packages stay relative, and so lead to those of the checkout.
    fs.cpSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
      mode: fs.constants.COPYFILE_FICLONE,
    });
  output(process.execPath, ['scripts/bootstrap.js', '--version'], folder);
}

/** Takes a checkout away. */
export function remove(root: string, folder: string): void {
  spawnSync('git', ['worktree', 'remove', '--force', folder], { cwd: root });
}
