/** How a model of the Hugging Face hub is named: `hf:OWNER/NAME[@REVISION]`. */
import { HubError } from './errors.ts';

export interface HubName {
  /** `OWNER/NAME`; a few old ones have no owner. */
  readonly name: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
}

const scheme = 'hf:';

/** Whether it is meant as one. @example isHubName('hf:facebook/deit-tiny-patch16-224') // true */
export const isHubName = (text: string): boolean => text.startsWith(scheme);

/**
 * Takes the name of a model on the hub apart.
 *
 * @throws HubError where it is none
 * @example parseHubName('hf:microsoft/resnet-50@refs/pr/1') // { name: 'microsoft/resnet-50', revision: 'refs/pr/1' }
 */
export function parseHubName(text: string): HubName {
  const [, name, revision = 'main'] = /^hf:((?:\w[\w.-]*\/)?\w[\w.-]*)(?:@(\w[\w./-]*))?$/.exec(text) ?? [];
  if (name === undefined || revision.includes('..'))
    throw new HubError(
      `'${text}' names no model of the hub: write hf:OWNER/NAME, or hf:OWNER/NAME@REVISION with a branch, a tag or a commit`,
    );
  return { name, revision };
}
