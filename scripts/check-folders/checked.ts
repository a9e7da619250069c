/** How a check of exported folders ends, and where what it needs lies. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '../..');
/** Removed at the end. */
export const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-folders-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true }));

let failed = 0;

/** Prints how a check ended. */
export async function said(what: string, check: () => Promise<string> | string): Promise<void> {
  try {
    console.log(`${what}: ${await check()}`);
  } catch (error) {
    failed++;
    console.log(`${what}: FAILED, ${error instanceof Error ? error.message : error}`);
  }
}

/** @throws with the text where it is wrong */
export function hold(isRight: boolean, text: string): string {
  if (isRight) return text;
  throw new Error(text);
}

/** How many checks failed. */
export const failures = (): number => failed;

/** Runs the snippet of a card as it stands, beside the folder. @returns all that it prints */
export function runSnippet(cwd: string, language: 'js' | 'python', command: string, file: string): string {
  const card = fs.readFileSync(path.join(cwd, 'student/README.md'), 'utf8');
  const [, code] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(card) ?? [];
  if (code === undefined) throw new Error(`the card has no snippet in ${language}`);
  fs.writeFileSync(path.join(cwd, file), code);
  const { status, stdout, stderr } = spawnSync(command, [file], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`its snippet in ${language} fails: ${stderr}`);
  return stdout;
}
