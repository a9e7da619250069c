/** A hostile file. */
export interface Case {
  readonly name: string;
  readonly format: 'pth' | 'safetensors';
  readonly make: () => Buffer;
  /** What the reader must do; `either` where damage may have hit what says nothing. */
  readonly outcome: 'loads' | 'refused' | 'either';
}
