/** The addon: loaded once for each environment (the main thread or a worker), typed here, used only inside this package. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { locateAddon, whyNotLoaded } from '../setup/addon.ts';
import { recordedLibTorch } from '../setup/libtorch.ts';
import { plain, TorchError } from './errors.ts';
import { quoted } from './quoted.ts';

/** The number by which the addon knows a tensor or generator. */
export type HandleNumber = number;

/** What the engine calls: with tensors that become ours, for tensors that become its own; `false` says that it has thrown. */
export type EngineCallback = (
  tensors: readonly (HandleNumber | null)[],
  flags: readonly boolean[],
) => (HandleNumber | null)[] | false;

interface Native extends Ranks {
  hasGloo(): boolean;
  // operators.cc
  resolve(name: string, overload: string): number | null;
  schema(operator: number): string;
  operators(): [name: string, overload: string][];
  call(operator: number): ArrayBuffer | undefined;
  exchange(slots: number, keep: number): ArrayBuffer;
  // tensors.cc
  create(bytes: Uint8Array, dtype: string, shape: readonly number[]): HandleNumber;
  read(handle: HandleNumber, bytes: Uint8Array): void;
  describe(handle: HandleNumber): ArrayBuffer | undefined;
  free(): void;
  alias(handle: HandleNumber): HandleNumber;
  dtypes(): string[];
  deviceTypes(): string[];
  // autograd.cc
  backward(
    tensors: HandleNumber[],
    gradients: (HandleNumber | null)[],
    retainGraph: boolean | undefined,
    createGraph: boolean,
    inputs: HandleNumber[],
  ): void;
  grad(
    outputs: HandleNumber[],
    inputs: HandleNumber[],
    gradients: (HandleNumber | null)[],
    retainGraph: boolean | undefined,
    createGraph: boolean,
    allowUnused: boolean,
  ): (HandleNumber | null)[];
  getGrad(handle: HandleNumber): HandleNumber | null;
  setGrad(handle: HandleNumber, gradient: HandleNumber | null): void;
  setRequiresGrad(handle: HandleNumber, requiresGrad: boolean): void;
  /** Runs the engine on a thread of its own, as for CUDA, so that tests see that way. */
  engineAway(on: boolean): void;
  // hooks.cc
  addHook(tensor: HandleNumber, accumulated: boolean, hook: EngineCallback): number;
  removeHook(hook: number): void;
  same(one: HandleNumber, other: HandleNumber): boolean;
  callbacks(): number;
  // custom_function.cc
  attach(
    name: string,
    inputs: HandleNumber[],
    outputs: HandleNumber[],
    saved: (HandleNumber | null)[],
    dirty: HandleNumber[],
    nonDifferentiable: HandleNumber[],
    materializeGrads: boolean,
    backward: EngineCallback,
  ): (HandleNumber | null)[];
  // modes.cc
  setGradMode(enabled: boolean): boolean;
  gradMode(): boolean;
  enterAutocast(device: string, dtype: string | null): AutocastState;
  exitAutocast(before: AutocastState): void;
  clearAutocastCache(): void;
  // memory.cc
  memory(): [handles: number, bytes: number, peak: number, limit: number, reported: number];
  setMemoryLimit(bytes: number): void;
  resetPeak(): void;
  // context.cc
  version(): string;
  capabilities(): Record<string, boolean | number | string>;
  loadCuda(file: string): void;
  cudaDeviceCount(): number;
  getNumThreads(): number;
  setNumThreads(threads: number): void;
  setDeterministic(on: boolean): void;
  isDeterministic(): boolean;
  claimDeterminism(on: boolean): void;
  generator(seed: bigint | null, device: string): HandleNumber;
  seedGenerator(generator: HandleNumber, seed: bigint): void;
  generatorState(generator: HandleNumber): HandleNumber;
  setGeneratorState(generator: HandleNumber, state: HandleNumber): void;
  // profile.cc
  startProfile(): void;
  stopProfile(): [operator: string, shapes: string, calls: number, milliseconds: number, bytes: number][];
  // products.cc
  keepKernels(file: string): void;
  kernelsInUse(): string[];
  useKernel(line: string): boolean;
  // warnings.cc
  onWarning(listener: (text: string) => void): void;
  // files.cc
  mapFile(descriptor: number): HandleNumber;
  viewBytes(bytes: HandleNumber, offset: number, dtype: string, shape: readonly number[]): HandleNumber;
  readFile(descriptor: number, position: number, handle: HandleNumber): void;
}

/** What a call that waits for other processes answers, or why it failed. */
export type Done<Value> = (error: string | null, value?: Value) => void;

/** Where the store is through which ranks find each other. */
export type StorePlace =
  | { readonly file: string }
  | {
      readonly host: string;
      readonly port: number;
      /** Whether it is this process that has it. */
      readonly serves: boolean;
      /** The only address that it listens on; all that the machine has where it is left out. */
      readonly listen?: string;
    };

/** Functions of a libtorch that has c10d with Gloo. Those with `done?` wait where that is left out. */
interface Ranks {
  // distributed.cc
  openStore(
    place: StorePlace,
    prefix: string,
    size: number,
    milliseconds: number,
    done: Done<GroupNumber>,
  ): void;
  storeAdd(group: GroupNumber, key: string, done: Done<number>): void;
  storeSet(group: GroupNumber, key: string, value: string, done: Done<void>): void;
  storeWait(group: GroupNumber, keys: readonly string[], milliseconds: number, done: Done<string[]>): void;
  storeReport(
    group: GroupNumber,
    key: string,
    keys: readonly string[],
    milliseconds: number,
  ): boolean[] | null;
  connect(
    group: GroupNumber,
    rank: number,
    size: number,
    milliseconds: number,
    address: string | null,
    done: Done<void>,
  ): void;
  closeGroup(group: GroupNumber, done: Done<void>): void;
  failure(group: GroupNumber): string | null;
  breakGroup(group: GroupNumber, why: string): void;
  exchangeRecords(group: GroupNumber, record: Uint8Array, done?: Done<Uint8Array>): Uint8Array;
  allReduce(group: GroupNumber, tensor: HandleNumber, by: string, done?: Done<void>): void;
  broadcast(group: GroupNumber, tensor: HandleNumber, source: number, done?: Done<void>): void;
  gather(
    group: GroupNumber,
    tensors: readonly HandleNumber[],
    rows: readonly number[],
    done?: Done<HandleNumber[]>,
  ): HandleNumber[];
  // reducer.cc
  makeReducer(
    group: GroupNumber,
    parameters: readonly HandleNumber[],
    firstBytes: number,
    bytes: number,
    unused: boolean,
  ): [reducer: number, buckets: number[][]];
  prepareReducer(reducer: number, outputs: readonly HandleNumber[], record: Uint8Array): void;
  isPrepared(reducer: number): boolean;
  reducerRecords(reducer: number): Uint8Array | null;
  disposeReducer(reducer: number): void;
}

/** The number by which the addon knows the ranks that this process is one of. */
export type GroupNumber = number;

export type AutocastState = readonly [device: string, enabled: boolean, dtype: string];

/** Most of the container's memory, or of the machine's where there is no container; the rest is for Node and libtorch itself. */
function defaultMemoryLimit(): number {
  const stated = process.env.RETORT_MEMORY_LIMIT;
  if (stated !== undefined) {
    const bytes = Number(stated);
    if (!Number.isSafeInteger(bytes) || bytes <= 0)
      throw new TorchError(
        `RETORT_MEMORY_LIMIT must be a whole number of bytes, as 8000000000, is ${quoted(stated)}`,
      );
    return bytes;
  }
  const container = process.constrainedMemory() ?? 0;
  const machine = os.totalmem();
  return Math.floor(0.8 * (container > 0 ? Math.min(container, machine) : machine));
}

/** libtorch's CUDA part is a library of its own, that needs a driver: it is loaded where there is one. */
function loadCuda(addon: Native): void {
  const libtorch = recordedLibTorch();
  const file = path.join(libtorch?.path ?? '', 'lib', 'libtorch_cuda.so');
  if (!fs.existsSync('/proc/driver/nvidia/version') || !fs.existsSync(file)) return;
  try {
    addon.loadCuda(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.emitWarning(`there is a GPU, but libtorch's CUDA part does not load: ${why}`, 'TorchWarning');
  }
}

function load(): Native {
  const file = locateAddon();
  let addon: Native;
  try {
    addon = createRequire(import.meta.url)(file);
  } catch (error) {
    throw new TorchError(whyNotLoaded(file, error instanceof Error ? error.message : String(error)));
  }
  addon.onWarning((text) => process.emitWarning(plain(text), 'TorchWarning'));
  if (isMainThread) {
    addon.setMemoryLimit(defaultMemoryLimit());
    loadCuda(addon);
  }
  return addon;
}

export const native: Native = load();

/** Calls the addon outside of an operator, so that its errors are this package's. */
export function guard<Result>(what: string, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    if (error instanceof TorchError || !(error instanceof Error)) throw error;
    throw new TorchError(`${what}: ${plain(error.message)}`, what);
  }
}
