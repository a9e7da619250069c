/** What a run's teacher says of a sample: asked of `retort predict`, one at a time. */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { spelling } from 'retort/runs';
import { z } from 'zod';
import type { TeacherAnswer } from '../../api.ts';
import { BoardError, messageOf } from '../errors.ts';
import { textWithin } from '../kept/inside.ts';
import type { Catalogue } from '../runs/catalogue.ts';
import { exportedFolder } from '../runs/exported.ts';
import type { Commands } from './command.ts';
import { codeAmongRuns } from './own-code.ts';

/** A text as long as anything a network reads. */
const mostText = 20_000;

export const textAsked = z.strictObject({
  text: z.string().min(1).max(mostText),
  pair: z.string().max(mostText).optional(),
});

/** Images by their types, with the ends of their names. */
export const imageTypes: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
};

export type Asked =
  | { readonly image: Uint8Array; readonly type: string }
  | { readonly text: string; readonly pair?: string | undefined };

/** A network as settings have it, in one word or in keys. */
const written = z.union([
  z.string(),
  z.looseObject({
    name: z.string().optional(),
    weights: z.string().optional(),
    key: z.string().optional(),
    input: z.unknown().optional(),
  }),
]);

const classesSaid = z.array(z.looseObject({ class: z.number(), name: z.string(), probability: z.number() }));
const said = z.object({
  images: z.array(z.looseObject({ classes: classesSaid })).optional(),
  texts: z.array(z.looseObject({ classes: classesSaid })).optional(),
});

const config = z.looseObject({ id2label: z.record(z.string(), z.string()) });

const mostConfig = 16 << 20;
/** So many may wait. */
const mostWaiting = 4;

export class Teachers {
  readonly #catalogue: Catalogue;
  readonly #commands: Commands;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(catalogue: Catalogue, commands: Commands) {
    this.#catalogue = catalogue;
    this.#commands = commands;
  }

  /** @throws BoardError where there is no such run, or it has no one teacher, or the teacher cannot say anything */
  async ask(id: string, asked: Asked): Promise<TeacherAnswer> {
    const { settings } = await this.#catalogue.record(id);
    const folder = this.#catalogue.folderOf(id);
    const { success, data: teacher } = written.safeParse(settings.teacher);
    if (!success)
      throw new BoardError(
        409,
        `${id} has no teacher that could be asked${settings.teachers ? ': it has several' : ''}`,
      );
    const code = codeAmongRuns(this.#catalogue.folder, teacher);
    if (code !== null)
      throw new BoardError(
        409,
        `the teacher of ${id} is code that lies among the runs, ${code}, and the board runs none of these`,
      );
    if (this.#waiting >= mostWaiting)
      throw new BoardError(
        429,
        `${this.#waiting} questions wait for teachers: ask again when they are answered`,
      );
    const input = typeof teacher === 'string' ? undefined : teacher.input;
    const how = input === undefined ? [] : ['--input', JSON.stringify(input)];
    const answers = await this.#inTurn(() => this.#answers(spelling(teacher), how, asked));
    return { answers: await this.#named(folder, answers) };
  }

  async #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const mine = this.#last.then(ask, ask);
    this.#last = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      this.#waiting--;
    }
  }

  async #answers(
    network: string,
    how: readonly string[],
    asked: Asked,
  ): Promise<z.output<typeof classesSaid>> {
    const scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'retort-board-'));
    try {
      const samples: string[] = [];
      if ('image' in asked) {
        const file = path.join(scratch, `image.${imageTypes[asked.type] ?? 'png'}`);
        await fs.writeFile(file, asked.image);
        samples.push(file);
      } else samples.push(asked.text, ...(asked.pair === undefined ? [] : [asked.pair]));
      const pairs = 'text' in asked && asked.pair !== undefined ? ['--pairs'] : [];
      const args = ['predict', '--json', '--top', '5', ...how, ...pairs, '--', network, ...samples];
      const { images, texts } = said.parse(JSON.parse(await this.#commands.run(args)));
      const classes = (images ?? texts)?.[0]?.classes;
      if (classes) return classes;
      throw new Error('it says no classes of it');
    } catch (error) {
      const isForm = error instanceof z.ZodError || error instanceof SyntaxError;
      const message = isForm ? 'it answers with no classes' : messageOf(error);
      throw new BoardError(409, `the teacher could not be asked: ${message}`, { cause: error });
    } finally {
      await fs.rm(scratch, { recursive: true, force: true });
    }
  }

  /** Where a teacher has numbers alone, the names are those of the student's classes. */
  async #named(folder: string, classes: z.output<typeof classesSaid>): Promise<TeacherAnswer['answers']> {
    const isUnnamed = classes.every((one) => one.name === String(one.class));
    const names = isUnnamed ? await this.#studentNames(folder) : {};
    return classes.map((one) => ({
      name: names[String(one.class)] ?? one.name,
      probability: one.probability,
    }));
  }

  async #studentNames(folder: string): Promise<Readonly<Record<string, string>>> {
    const model = exportedFolder(folder);
    const text = model && (await textWithin(model, 'config.json', mostConfig));
    if (!text) return {};
    try {
      return config.parse(JSON.parse(text)).id2label;
    } catch {
      return {};
    }
  }
}
