/** Where the elements of a tensor are, and how they are laid out there. */

/** In which order elements lie in memory: `channels_last` keeps the shape [N, C, H, W] and puts the channels of a pixel together. */
export type MemoryFormat = 'contiguous_format' | 'preserve_format' | 'channels_last' | 'channels_last_3d';

/** How elements are laid out; all but `strided` are beyond the methods of a tensor and left to `op()`. */
export type Layout =
  | 'strided'
  | 'sparse_coo'
  | 'sparse_csr'
  | 'sparse_csc'
  | 'sparse_bsr'
  | 'sparse_bsc'
  | 'jagged'
  | '_mkldnn';

/** A device by PyTorch's name: `cpu`, `cuda`, `cuda:1`; `meta` has shapes but no values. */
export type Device = string;
