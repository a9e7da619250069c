/** The board: a folder of runs as a page. */
export { type Board, type BoardOptions, defaultPort, serveBoard } from './server/board.ts';
export { BoardError } from './server/errors.ts';
export type { Command } from './server/work/command.ts';
