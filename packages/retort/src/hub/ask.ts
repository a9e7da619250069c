/** The hub as it is asked here: where it is and who asks, by the variables of its own tools, and what its refusals mean. */
import { HubError } from './errors.ts';
import type { HubName } from './name.ts';

/** `HF_ENDPOINT`, else the hub. */
export const endpoint = (): string =>
  (process.env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');

/** `HF_HUB_OFFLINE`. */
export const isOffline = (): boolean => /^(?:1|on|yes|true)$/i.test(process.env.HF_HUB_OFFLINE ?? '');

/** `HF_TOKEN`. @throws HubError where it is none */
export function token(): string | undefined {
  const stated = process.env.HF_TOKEN?.trim();
  if (stated && !stated.startsWith('hf_'))
    throw new HubError("HF_TOKEN is no token of the hub, which begin with 'hf_': set it to one, or unset it");
  return stated || undefined;
}

/** That nobody answered, so that what is in the cache must do. */
export class UnreachableError extends HubError {}

/** What was wrong, of an error that may be one of several layers. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? causeOf(error.cause) : error.message || error.name;
}

/** The sentence for an answer that is a refusal. */
function refusal({ name, revision }: HubName, response: Response): string {
  const { status, headers } = response;
  const code = headers.get('X-Error-Code') ?? '';
  const said = headers.get('X-Error-Message');
  const page = `${endpoint()}/${name}`;
  const has = token() ? 'with this HF_TOKEN' : 'without HF_TOKEN';
  if (code === 'RevisionNotFound') return `${page} has no branch, tag or commit '${revision}'`;
  if (code === 'EntryNotFound') return `${page} lacks a file that it lists: ${response.url}`;
  if (code === 'GatedRepo' || status === 403)
    return `${page} cannot be had ${has}, as it is gated: ask for access on its page, and set HF_TOKEN to a token of yours (${endpoint()}/settings/tokens)`;
  if (code === 'RepoNotFound' || status === 401 || status === 404)
    return `there is no model ${name} at ${endpoint()} that can be seen ${has}: correct the name, or, if it is a private one, set HF_TOKEN to a token that may read it`;
  const reason = said ? `: ${said}` : '';
  return `${endpoint()} answered ${status} for ${name}${reason}: try again later`;
}

/**
 * A `fetch` for what concerns one model.
 *
 * @param timeout  milliseconds until an answer begins; as long as it takes where it is left out
 */
export function asking(model: HubName, timeout?: number): typeof fetch {
  return async (input, init) => {
    let response: Response;
    try {
      response = await fetch(input, {
        ...init,
        ...(timeout ? { signal: AbortSignal.timeout(timeout) } : {}),
      });
    } catch (error) {
      throw new UnreachableError(
        `${endpoint()} cannot be reached (${causeOf(error)}): check the network and HF_ENDPOINT, or name a folder that has the files of ${model.name}`,
        { cause: error },
      );
    }
    // What other servers say, to which the hub sends for large files, is for its client to know.
    if (!response.ok && response.url.startsWith(`${endpoint()}/`))
      throw new HubError(refusal(model, response));
    return response;
  };
}
