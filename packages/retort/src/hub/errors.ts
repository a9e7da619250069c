/** A model of the hub that cannot be had: the message says which, why, and what to do. */
export class HubError extends Error {
  override readonly name = 'HubError';
}
