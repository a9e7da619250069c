/** Requests and their answers. */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { problemsOf } from 'retort/runs';
import { z } from 'zod';
import type {
  ApiError,
  LogAnswer,
  Mine,
  RunDetail,
  RunList,
  SeriesAnswer,
  TeacherAnswer,
} from '../../api.ts';
import { BoardError, isGone, said } from '../errors.ts';
import { type MineKeeper, mineChange } from '../kept/mine.ts';
import { seriesInTurn } from '../log/series.ts';
import type { Catalogue } from '../runs/catalogue.ts';
import { comparisonOf } from '../runs/compared.ts';
import { detailOf } from '../runs/detail.ts';
import { exportCommand, exportedFolder } from '../runs/exported.ts';
import { logText } from '../runs/log-text.ts';
import { type Diagnostician, diagnosesAsked } from '../work/diagnoses.ts';
import { imageTypes, type Teachers, textAsked } from '../work/teacher.ts';
import type { Events } from './events.ts';
import { decodedPath, fileAnswer, pageAnswer } from './files.ts';
import { headers, ownNames, ownOrigin, refuseType, withToken } from './guard.ts';

/** In bytes: of a photograph, and of what is written by hand. */
const mostImage = 32 << 20;
const mostJson = 1 << 20;

const whole = z.coerce.number().int();
const place = z.coerce.number().optional();
const seriesQuery = z.object({
  names: z.string().default(''),
  points: whole.min(2).max(20_000).default(1000),
  from: place,
  to: place,
});
const logQuery = z.object({ tail: whole.min(1).max(10_000).default(500) });

/** What is asked wrongly, as a sentence. */
function checked<Output>(schema: z.ZodType<Output>, given: unknown): Output {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const problems = problemsOf(error.issues, schema, given);
  throw new BoardError(
    400,
    problems.map(({ at, sentence }) => [at.join('.'), sentence].filter(Boolean).join(': ')).join('\n'),
  );
}

async function jsonOf(c: Context): Promise<unknown> {
  refuseType(c, ['application/json']);
  try {
    return await c.req.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BoardError(400, 'what was sent is no JSON', { cause: error });
  }
}

const namesIn = (text: string): string[] => [...new Set(text.split(',').filter((name) => name !== ''))];

const limited = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new BoardError(413, `what was sent is longer than ${maxSize >> 20} MB`);
    },
  });

export interface Parts {
  readonly catalogue: Catalogue;
  readonly mine: MineKeeper;
  readonly diagnostician: Diagnostician;
  readonly teachers: Teachers;
  readonly events: Events;
  /** On which it listens. */
  readonly host: string;
  /** That is asked for; null where only this machine reaches it. */
  readonly token: string | null;
  /** Of the built page. */
  readonly page: string;
}

function refusalOf(error: unknown): BoardError {
  if (error instanceof BoardError) return error;
  if (isGone(error)) return new BoardError(404, 'what was asked for has gone meanwhile');
  return new BoardError(500, said(error, 'this could not be answered'));
}

function errorAnswer(error: unknown, c: Context): Response {
  const { message, status } = refusalOf(error);
  c.header('Cache-Control', 'no-store');
  return c.json({ error: message } satisfies ApiError, status);
}

const nothingThere = (c: Context): never => {
  throw new BoardError(404, `there is no request ${c.req.method} ${c.req.path}`);
};

export function boardApp(parts: Parts): Hono {
  const { catalogue, mine, diagnostician, teachers, events, host, token, page } = parts;
  // Paths as they were sent: parts are decoded once, where they are read.
  const app = new Hono({ getPath: (request) => new URL(request.url).pathname });
  app.use(headers);
  app.use(ownNames(host));
  app.use(ownOrigin);
  if (token !== null) app.use(withToken(token));
  app.use('/api/*', async (c, next) => {
    await next();
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
  });
  app.onError(errorAnswer);

  app.get('/api/runs', async (c) => c.json((await catalogue.list()) satisfies RunList));
  app.get('/api/compare', async (c) => c.json(await comparisonOf(catalogue, c.req.query('ids') ?? '')));
  // Nobody would listen to what only its headers are asked of.
  app.get('/api/events', (c) => (c.req.method === 'HEAD' ? c.body(null) : events.answer(c)));
  app.get('/api/runs/:id', async (c) =>
    c.json((await detailOf(catalogue, c.req.param('id'))) satisfies RunDetail),
  );
  app.get('/api/runs/:id/series', async (c) => {
    const { names, ...options } = checked(seriesQuery, c.req.query());
    const log = await catalogue.log(c.req.param('id'));
    return c.json((await seriesInTurn(log, { names: namesIn(names), ...options })) satisfies SeriesAnswer);
  });
  app.get('/api/runs/:id/log', async (c) => {
    const { tail } = checked(logQuery, c.req.query());
    return c.json((await logText(catalogue, c.req.param('id'), tail)) satisfies LogAnswer);
  });
  app.get('/api/runs/:id/diagnoses', async (c) => c.json(await diagnostician.of(c.req.param('id'))));
  app.post('/api/runs/:id/diagnoses', limited(mostJson), async (c) => {
    const asked = checked(diagnosesAsked, await jsonOf(c));
    return c.json(await diagnostician.ask(c.req.param('id'), asked), 202);
  });
  app.put('/api/mine/:id', limited(mostJson), async (c) => {
    const change = checked(mineChange, await jsonOf(c));
    const { id } = await catalogue.row(c.req.param('id'));
    catalogue.lookAtMine();
    const changed = mine.change(id, change);
    catalogue.changedMine(id);
    return c.json(changed satisfies Mine);
  });
  app.get('/api/runs/:id/student/*', async (c) => {
    const { id } = await catalogue.row(c.req.param('id'));
    const name = decodedPath(c.req.path.split('/').slice(5).join('/'));
    const folder = exportedFolder(catalogue.folderOf(id));
    if (folder === null)
      throw new BoardError(
        404,
        `${id} has no exported student: ${exportCommand(catalogue.namedFolderOf(id))}`,
      );
    const type = name?.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    const file = name === null ? null : await fileAnswer(c, folder, name, { cache: 'no-cache', type });
    if (file) return file;
    throw new BoardError(404, `the exported student of ${id} has no file ${name}`);
  });
  app.post('/api/runs/:id/teacher', limited(mostImage), async (c) => {
    const id = c.req.param('id');
    const type = refuseType(c, ['application/json', ...Object.keys(imageTypes)]);
    const asked =
      type === 'application/json'
        ? checked(textAsked, await jsonOf(c))
        : { image: new Uint8Array(await c.req.arrayBuffer()), type };
    return c.json((await teachers.ask(id, asked)) satisfies TeacherAnswer);
  });
  app.all('/api/*', nothingThere);
  app.get('*', (c) => pageAnswer(c, page));
  app.all('*', nothingThere);
  return app;
}
