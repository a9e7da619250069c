/** Requests of the server. */
import type { ApiError } from '../../api.ts';

/** What the server said against a request, as a sentence. */
export class AskError extends Error {
  override name = 'AskError';
}

const isError = (answer: unknown): answer is ApiError =>
  typeof answer === 'object' && answer !== null && 'error' in answer && typeof answer.error === 'string';

async function refusal(response: Response): Promise<AskError> {
  const answer: unknown = await response.json().catch(() => null);
  return new AskError(
    isError(answer) ? answer.error : `The server answered ${response.status} ${response.statusText}.`,
  );
}

/** @throws AskError with the server's sentence, or that the server is gone */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new AskError('The server does not answer. Is `retort board` still running?');
  }
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

/** Sends JSON. @example await send('PUT', paths.mine(id), { isPinned: true }) */
export const send = <T>(
  method: 'PUT' | 'POST',
  path: string,
  body: unknown,
  signal: AbortSignal | null = null,
): Promise<T> =>
  ask(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), signal });

/** An error as a sentence. */
export const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
