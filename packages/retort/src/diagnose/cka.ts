/** How alike the features of student and teacher are, all blocks beside all blocks. */
import { likeness } from '../evaluate/index.ts';
import { blocksOf } from '../models/index.ts';
import { defineDiagnosis } from './definition.ts';
import { Silence } from './silence.ts';

/** Linear CKA, unbiased (`likeness`); of several teachers the first. */
export const cka = defineDiagnosis({
  what: 'cka',
  title: 'How alike the features of student and teacher are, block by block',
  async find(run) {
    const { student, teacher, renderings } = await run.pair();
    const { task } = await run.ground();
    const { data } = await run.shown();
    const [rows, columns] = [student, teacher].map(({ name, model }) => {
      const paths = blocksOf(model);
      if (paths.length === 0)
        throw new Silence(
          `${name} does not say its blocks: \`npx retort cka\` compares modules that are named, by --rows and --columns`,
        );
      return paths;
    }) as [string[], string[]];
    try {
      const { values } = await likeness(
        { model: student.model, paths: rows },
        { model: teacher.model, paths: columns },
        data,
        {
          ...{ task, renderings, signal: run.options.signal },
          onProgress: (done, total) => run.options.onProgress?.('comparing features', done, total),
        },
      );
      return { rows, columns, values };
    } catch (error) {
      throw Silence.of(error, 'features cannot be compared');
    }
  },
});
