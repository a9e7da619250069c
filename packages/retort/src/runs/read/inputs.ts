/** What a run is made of, by content: what its files are called does not say it. */
import { RunError } from './errors.ts';

/** Something that a run is made of. */
export interface Input {
  /** Of what it holds: weights of a network, images and labels. */
  readonly sha256: string;
  /** Of a network: of its weights alone; left out by runs of versions that did not say it. */
  readonly weights?: string | undefined;
  /** Where it was found, for whoever looks for it; left out where it is of no file. */
  readonly from?: string | undefined;
}

/** By what it is to the run: `data`, `student` (weights that it starts from), `teacher`, or `teachers.NAME` of several. */
export type Inputs = Readonly<Record<string, Input>>;

/** What a part of `Inputs` is, where its name does not say it. @example inputTitle('teacher.input', {}) // 'teacher.input (how it is shown samples)' */
export function inputTitle(name: string, { from }: Partial<Input> = {}): string {
  if (name.endsWith('.input')) return `${name} (how it is shown samples)`;
  return from?.endsWith('.onnx') ? `${name} (with what the files beside it say of its classes)` : name;
}

/** As much of a checksum as tells two apart for a reader. */
export const shortSum = (sha256: string): string => sha256.slice(0, 12);

/**
 * Without a checkpoint a run begins again, with the weights that it began with.
 *
 * @param began  undefined for runs of versions that did not say it
 * @throws RunError if these are others
 */
export function refuseOtherBeginning(folder: string, began: string | undefined, now: string): void {
  if (began !== undefined && began !== now)
    throw new RunError(
      `${folder} has no checkpoint, and would begin again with other weights of the student: they have the SHA-256 ${shortSum(now)}…, and had ${shortSum(began)}…. Make it from the same seed (manualSeed), or begin anew in another folder (--out)`,
    );
}

/** Those that both have, and not with the same content. */
function differing(one: Inputs, other: Inputs): string[] {
  return Object.keys(one).filter((name) => other[name] && other[name].sha256 !== one[name]?.sha256);
}

/** How something of a name has changed, so that who finds its files as they were knows why they do not do. */
function change(name: string, before: Input | undefined, now: Input): string {
  const moved = before?.from === undefined || before.from === now.from ? '' : ` in ${before.from}`;
  const place = now.from === undefined ? '' : ` (${now.from})`;
  const what = `the ${inputTitle(name, now)}${place}`;
  if (now.weights !== undefined && before?.weights === now.weights)
    return `${what} has the weights that it had${moved}, and is another network by its modules and settings`;
  return `${what} has the SHA-256 ${shortSum(now.sha256)}…, and had ${shortSum(before?.sha256 ?? '')}…${moved}`;
}

/** What can be done about it. */
function cure(changed: readonly { readonly before: Input | undefined; readonly now: Input }[]): string {
  const networks = changed.filter(({ now }) => now.weights !== undefined);
  const isOlder = networks.some(({ before }) => before?.weights === undefined);
  const isOther = networks.some(({ before, now }) => before?.weights === now.weights);
  const back = isOther
    ? 'Bring back what was there, its code or the Retort that made it'
    : 'Bring back what was there';
  const otherwise = isOlder
    ? '. Where its file is as it was, an earlier Retort began the run, which knew networks otherwise, and alone resumes it'
    : '';
  return `${back}, or begin anew in another folder (--out)${otherwise}`;
}

/**
 * What was there when a run began must be there when it is resumed, or repeated with other seeds: the same content, wherever it lies.
 *
 * @param folder  whose run was begun with them
 * @param began  undefined for runs of versions that did not say it
 * @throws RunError that names what differs, where it is, and what to do
 */
export function refuseOtherInputs(folder: string, began: Inputs | undefined, now: Inputs): void {
  const changed = differing(began ?? {}, now).flatMap((name) => {
    const is = now[name];
    return is ? [{ name, before: began?.[name], now: is }] : [];
  });
  if (changed.length === 0) return;
  const others = changed.map(({ name, before, now }) => change(name, before, now));
  throw new RunError(`${folder} was begun with other contents: ${others.join('; ')}. ${cure(changed)}`);
}
