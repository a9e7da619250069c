/**
 * Operators that crash the process in PyTorch itself, and so are refused before they are called. `reference/refused.py` reproduces each
 * of them in PyTorch from Python.
 */
export const refused: ReadonlyMap<string, string> = new Map([]);
