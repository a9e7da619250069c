/** A rank of a test (`start.ts`): does cases by name until its parent lets go of it. */
import { DistributedError } from '../../src/distributed/errors.ts';
import { cases } from './cases.ts';

process.on('message', async ({ name, given }: { name: string; given: unknown[] }) => {
  const started = performance.now();
  const answer = async (): Promise<object> => {
    try {
      const body = cases[name];
      if (!body) throw new Error(`there is no case '${name}'`);
      return { value: await body(...given) };
    } catch (error) {
      if (!(error instanceof Error)) return { error: { name: 'none', message: String(error) } };
      const more = error instanceof DistributedError ? { rank: error.rank, operation: error.operation } : {};
      return { error: { name: error.name, message: error.message, ...more } };
    }
  };
  process.send?.({ ...(await answer()), milliseconds: performance.now() - started });
});
