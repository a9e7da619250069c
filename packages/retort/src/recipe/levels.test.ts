/**
 * Recipes of detectors by the shapes of their pyramids alone: the networks of each are made on the meta device, without weights, and its methods compare
 * numbers by chance of the shapes that these give. Two steps are taken by two-steps-coco.test.ts.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { nn, noGrad, randn, scope, setNumThreads, tensor, withDevice, zeros } from '@retort/torch';
import { createModel, readRecipe } from 'retort';
import { methodNamed, type PairSide, type Side } from '../methods/index.ts';
import { isDetector } from '../models/detector.ts';
import { type Anatomy, anatomyOf } from '../models/index.ts';
import { specOf, type WrittenNetwork } from './network.ts';
import { optionsOf } from './resolve.ts';

setNumThreads(1);
const root = path.join(import.meta.dirname, '../../../../recipes');
const [batch, height, width] = [2, 64, 96];

interface Shaped {
  readonly anatomy: Anatomy;
  /** By path, with the batch. */
  readonly levels: Readonly<Record<string, readonly number[]>>;
}

const known = new Map<string, Shaped>();

/** What a detector without weights gives as its levels. */
function shapesOf(network: WrittenNetwork): Shaped {
  const { source: name } = specOf(network);
  assert.ok(typeof name === 'string');
  const found = known.get(name);
  if (found) return found;
  const shaped = scope(() => {
    const model = withDevice('meta', () => createModel(name, { classes: 80 }));
    const anatomy = anatomyOf(model);
    assert.ok(isDetector(model) && anatomy, name);
    const { taps } = noGrad(() =>
      nn.tap(model.eval(), anatomy.stages, () =>
        model.pyramid(zeros([batch, 3, height, width], { device: 'meta' })),
      ),
    );
    const levels = Object.fromEntries(Object.entries(taps).map(([at, { shape }]) => [at, [...shape]]));
    return { anatomy, levels };
  });
  known.set(name, shaped);
  return shaped;
}

const pairSide = ({ anatomy, levels }: Shaped): PairSide => ({
  anatomy,
  ofTexts: false,
  shape: (at) => levels[at]?.slice(1) ?? assert.fail(at),
});

const sideOf = ({ levels }: Shaped): Side => ({
  outputs: { truth: tensor([[[8, 8, 40, 56]], [[0, 0, 0, 0]]]).to('float32') },
  features: Object.fromEntries(Object.entries(levels).map(([at, shape]) => [at, randn(shape)])),
  mask: null,
});

suite('networks and methods of recipes of COCO fit, by the levels of their pyramids:', () => {
  const files = fs.globSync('coco-detection/*-*/*.yaml', { cwd: root }).sort();
  test('there are seven of each pair', () => assert.equal(files.length, 3 * 7));
  for (const file of files)
    test(file, () => {
      const { recipe } = readRecipe(path.join(root, file), { weightsAsWritten: true });
      const own = shapesOf(recipe.student);
      assert.deepEqual(
        Object.values(own.levels),
        [4, 8, 16, 32, 64].map((stride) => [
          batch,
          256,
          Math.ceil(height / stride),
          Math.ceil(width / stride),
        ]),
      );
      if (!recipe.teacher) return;
      const theirs = shapesOf(recipe.teacher);
      for (const method of recipe.stages.flatMap((stage) => stage.methods)) {
        const made = methodNamed(method.name).create(optionsOf(method));
        // What is said of proposals is of no level.
        if (made.needs?.liveTeacher) continue;
        scope(() => {
          const pair = {
            ...{ student: pairSide(own), teacher: pairSide(theirs) },
            ...{ classes: 80, samples: 1, labels: zeros([1]) },
          };
          assert.deepEqual(made.taps?.(pair), {
            student: own.anatomy.stages,
            teacher: theirs.anatomy.stages,
          });
          const terms = noGrad(() =>
            made.objective(pair).losses({
              ...{ student: sideOf(own), teacher: sideOf(theirs), targets: {}, ids: zeros([batch]) },
              progress: { epoch: 1, epochs: 1 },
              loss: () => ({}),
            }),
          );
          assert.equal(Object.keys(terms).length, 1);
          for (const [term, value] of Object.entries(terms))
            assert.ok(Number.isFinite(value.item()), `${term} is ${value.item()}`);
        });
      }
    });
});
