/** Pickles that run code in Python's own unpickler, in every form that one can have. */
import type { Case } from './case.ts';
import { call, dict, global, legacyFile, pickle, push, raw, sequence, zipFile } from './pickle.ts';

const callables: readonly (readonly [module: string, name: string])[] = [
  ['os', 'system'],
  ['posix', 'system'],
  ['nt', 'system'],
  ['subprocess', 'Popen'],
  ['subprocess', 'check_output'],
  ['builtins', 'eval'],
  ['builtins', 'exec'],
  ['builtins', '__import__'],
  ['builtins', 'getattr'],
  ['__builtin__', 'eval'],
  ['__builtin__', 'execfile'],
  ['importlib', 'import_module'],
  ['runpy', '_run_code'],
  ['pickle', 'loads'],
  ['torch', 'load'],
  ['torch.hub', 'load'],
  ['torch.jit', 'load'],
  ['torch.serialization', 'load'],
  ['torch.nn.modules.linear', 'Linear'],
  ['torch._utils', '_rebuild_tensor_v2.__globals__'],
  ['functools', 'partial'],
  ['operator', 'attrgetter'],
  ['numpy.core.multiarray', '_reconstruct'],
  ['collections', 'OrderedDict.__reduce__'],
  // What a reader in JavaScript might find on its own objects.
  ['constructor', 'constructor'],
  ['__proto__', 'constructor'],
  ['node:child_process', 'execSync'],
  ['globalThis', 'eval'],
  ['process', 'exit'],
  ['toString', 'call'],
];

/** Each calls `module.name(command)`. */
const forms: Readonly<Record<string, (module: string, name: string, command: string) => Buffer>> = {
  reduce: (module, name, command) => pickle(call(global(module, name), command)),
  'reduce, protocol 0': (module, name, command) => raw(`c${module}\n${name}\n(S'${command}'\ntR.`),
  'stack global, protocol 4': (module, name, command) =>
    pickle(sequence(push(module), push(name), raw('\x93'), push([command]), 'R'), 4),
  'memoized, protocol 5': (module, name, command) =>
    pickle(sequence(push(module), '\x94', push(name), '\x94\x93\x94', push(command), '\x94\x85\x94R\x94'), 5),
  new: (module, name, command) => pickle(sequence(global(module, name), push([command]), raw('\x81'))),
  'new with keywords': (module, name, command) =>
    pickle(sequence(global(module, name), push([command]), raw('}\x92')), 4),
  instance: (module, name, command) => pickle(sequence('(', push(command), raw(`i${module}\n${name}\n`))),
  object: (module, name, command) => pickle(sequence('(', global(module, name), push(command), 'o')),
  build: (module, name, command) =>
    pickle(sequence('}', dict('__setstate__', global(module, name)), 'b', push(command), 'b')),
  'within a state dict': (module, name, command) =>
    pickle(dict('weight', 1, 'bias', call(global(module, name), command))),
  'as a hook': (module, name, command) =>
    pickle(
      call(global('torch._utils', '_rebuild_parameter'), null, true, call(global(module, name), command)),
    ),
  'as a persistent id': (module, name, command) => pickle(sequence(call(global(module, name), command), 'Q')),
};

const carriers: Readonly<Record<string, (object: Buffer) => Buffer>> = {
  zip: zipFile,
  legacy: legacyFile,
  bare: (object) => object,
};

/** A call in place of what must be a tensor or a storage, and text as only version 0 of pickle writes it. */
const refusedForms: readonly string[] = ['as a hook', 'as a persistent id', 'reduce, protocol 0'];

/** NumPy's constructor of arrays is one that is known. */
const isKnown = (module: string): boolean => module.startsWith('numpy.');

/** @param command what the code would do: leave a trace; the callable comes as its name instead */
export function codeCases(command: string): Case[] {
  const cases: Case[] = [];
  for (const [module, name] of callables) {
    for (const [form, write] of Object.entries(forms)) {
      for (const [carrier, wrap] of Object.entries(carriers)) {
        const make = () => wrap(write(module, name, command));
        const isRefused = carrier === 'bare' || refusedForms.includes(form);
        cases.push({
          name: `${module}.${name}, ${form}, ${carrier}`,
          format: 'pth',
          make,
          outcome: isRefused ? 'refused' : isKnown(module) ? 'either' : 'loads',
        });
      }
    }
  }
  return cases;
}
