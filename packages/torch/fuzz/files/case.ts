/** A hostile file. */
export interface Case {
  readonly name: string;
  /** By what it is read: `weights` is openWeights, which looks for itself. */
  readonly format: 'pth' | 'safetensors' | 'weights';
  readonly make: () => Buffer;
  /** What the reader must do; `either` where damage may have hit what says nothing. */
  readonly outcome: 'loads' | 'refused' | 'either';
}
