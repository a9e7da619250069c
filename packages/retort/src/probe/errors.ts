/** What cannot be probed. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';
}
