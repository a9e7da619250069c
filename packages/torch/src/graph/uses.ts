/** Which call makes a value, and which take it. */
import { type Graph, type Node, type Value, valuesOf } from './graph.ts';

export class Uses {
  readonly #takers = new Map<Value, Node[]>();
  readonly #outputs: ReadonlySet<Value>;

  constructor({ nodes, outputs }: Graph) {
    this.#outputs = new Set(outputs);
    for (const node of nodes) {
      for (const value of valuesOf(node.args)) {
        const takers = this.#takers.get(value);
        if (takers) takers.push(node);
        else this.#takers.set(value, [node]);
      }
    }
  }

  /** The call that alone takes a value, which is no output and in whose memory nothing is written. */
  onlyTaker(value: Value): Node | undefined {
    const takers = this.#takers.get(value) ?? [];
    if (takers.length !== 1 || this.#outputs.has(value) || value.storage.written) return undefined;
    return takers[0];
  }
}
