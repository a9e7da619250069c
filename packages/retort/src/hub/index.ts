/** Models of the Hugging Face hub, brought into the cache folder. */
export { HubError } from './errors.ts';
export { type HubName, isHubName, parseHubName } from './name.ts';
export { type HubOptions, Repository } from './repository.ts';
