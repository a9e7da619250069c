/** How a call becomes nodes. */
import type { Call } from '../call.ts';

/** Adds the nodes of a call, and answers the names of its results in their order. */
export type Lowering = (call: Call) => string | readonly string[];

/** By the name of the operator without its overload, or with it where overloads differ. */
export type Lowerings = Readonly<Record<string, Lowering>>;
