/**
 * For tests: the recipes of the repository on a few images of CIFAR's shape, or whatever stands for their data and networks. Each is prepared, which computes the loss and the gradients of
 * each of its methods on its networks. One of a folder's recipes with the same methods is trained, for two steps of each stage; without
 * a teacher, one of each family of students.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  manualSeed,
  type nn,
  noGrad,
  randn,
  saveSafetensors,
  scope,
  setNumThreads,
  type Tensor,
  tensor,
} from '@retort/torch';
import {
  boxesOf,
  boxesTensor,
  classNames,
  createModel,
  inMemory,
  prepare,
  type Recipe,
  readRecipe,
  type Splits,
  shownNetwork,
  TensorDataset,
  type WrittenNetwork,
} from 'retort';

const root = path.join(import.meta.dirname, '../../../recipes');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-two-steps-'));

function images(classes: number): Splits {
  const size = 4;
  const dataset = inMemory({
    images: Uint8Array.from({ length: size * 32 * 32 * 3 }, (_, i) => (i * 2654435761) % 251),
    labels: Array.from({ length: size }, (_, i) => i),
    height: 32,
    width: 32,
    channels: 3,
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
  });
  return { train: dataset, test: dataset, source: 'made up' };
}

/** Fresh weights, made once for each architecture. */
function weights(name: string, classes: number): string {
  const file = path.join(scratch, `${name}-${classes}.safetensors`);
  if (!fs.existsSync(file)) {
    manualSeed(0);
    const model = createModel(name, { classes });
    scope(() =>
      saveSafetensors(
        file,
        noGrad(() => normalised(model)),
      ),
    );
  }
  return `${name}:${file}`;
}

/** With batch norms that have seen images, since deep networks explode without. */
function normalised(model: nn.Layer): nn.StateDict {
  model.train().forward(randn([4, 3, 32, 32]));
  // Averages that began with 0 and 1 are moved by a tenth towards the batch's: all the way instead.
  const seen = Object.entries(model.stateDict()).map(([key, tensor]): [string, Tensor] => {
    if (key.endsWith('running_mean')) return [key, tensor.div(0.1)];
    if (key.endsWith('running_var')) return [key, tensor.sub(0.9).div(0.1).clamp(0)];
    return [key, tensor];
  });
  return Object.fromEntries(seen);
}

/** CRD's negatives, and the channels of FT's paraphraser. */
const smaller: Readonly<Record<string, readonly string[]>> = { crd: ['negatives=16'], ft: ['rate=0.1'] };

/** What stands for a recipe's data and networks. */
export interface StandIn {
  /** Instead of what the recipe names. */
  readonly data?: Splits;
  readonly overrides: readonly string[];
}

const cifar = {
  cifar10: images(10),
  cifar100: images(100),
  './tiny-imagenet-20': images(20),
  './imagenet-1k': images(1000),
};

/** Networks of ours for images of 32 pixels, in place of those for 224 that see no others. */
const smallOnes: Readonly<Record<string, string>> = {
  deit_tiny_patch16_224: 'deit_tiny_patch4_32',
  vit_small_patch16_224: 'vit_pico_patch4_32',
  swin_tiny_patch4_window7_224: 'swin_pico_patch2_window4_32',
  swin_nano_patch4_window7_224: 'swin_femto_patch2_window4_32',
  mixer_b16_224: 'mixer_s4_32',
  resmlp_12_224: 'resmlp_12_32',
  convnext_tiny: 'convnext_zepto_patch2_32',
  CycleMLP_B3: 'CycleMLP_pico_32',
  beitv2_base_patch16_224: 'beitv2_pico_patch4_32',
  regnety_160: 'regnety_pico_32',
  srd_deit_tiny_patch16_224: 'srd_deit_pico_patch4_32',
};

/** Of 32 pixels, for a recipe of 224: networks that are made for them, crops of them, and exits that merge tokens to the grid of the last stage. */
export function atThirtyTwo(recipe: Recipe): StandIn {
  const { data, teacher, student, stages } = recipe;
  const splits = (cifar as Readonly<Record<string, Splits>>)[data.name];
  assert.ok(splits, `there are no images for ${data.name}`);
  const small = (network: WrittenNetwork, whose: string, classes: number): string[] => {
    const [name = ''] = shownNetwork(network).split(':', 1);
    const made = smallOnes[name] ?? name;
    const [, file = ''] = /:(.*)/.exec(weights(made, classes)) ?? [];
    const { input, weights: begun } = network as { input?: unknown; weights?: string };
    return [
      `${whose}.name=${made}`,
      ...(begun === undefined ? [] : [`${whose}.weights=${file}`]),
      ...(input === 'student' ? [] : [`${whose}.input.size=32`, `${whose}.input.resize=36`]),
    ];
  };
  const classes = classNames(splits.train)?.length ?? 0;
  const isBegun = typeof student === 'object' && student.newHead === true;
  return {
    data: splits,
    overrides: [
      ...(data.name.startsWith('./') ? ['data.name=cifar100'] : []),
      ...(data.train ?? []).flatMap(({ name }, i) =>
        name === 'random-resized-crop' ? [`data.train.${i}.size=32`] : [],
      ),
      ...small(student, 'student', isBegun ? 1000 : classes),
      ...(teacher ? small(teacher, 'teacher', classes) : []),
      ...stages.flatMap(({ methods }, i) =>
        methods.flatMap(({ name }, j) => (name === 'ofa' ? [`stages.${i}.methods.${j}.grid=2`] : [])),
      ),
    ],
  };
}

/** Images of as many classes, and a teacher of fresh weights. */
function onImages({ data: { name: data }, teacher }: Recipe): StandIn {
  const splits = (cifar as Readonly<Record<string, Splits>>)[data];
  assert.ok(splits, `there are no images for ${data}`);
  const [name] = teacher ? shownNetwork(teacher).split(':', 1) : [];
  return {
    data: splits,
    overrides: [
      // A folder that need not be here.
      ...(data.startsWith('./') ? ['data.name=cifar100'] : []),
      ...(name ? [`teacher=${weights(name, classNames(splits.train)?.length ?? 0)}`] : []),
    ],
  };
}

/** Images of 32 pixels with a box or two each, of four classes. */
function boxes(): Splits {
  const size = 4;
  const dataset = new TensorDataset(
    'boxes',
    {
      image: { kind: 'image', channels: 3, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
      boxes: { kind: 'boxes', classes: Array.from({ length: size }, (_, i) => `class ${i}`), most: 2 },
    },
    {
      image: tensor(
        Uint8Array.from({ length: size * 32 * 32 * 3 }, (_, i) => (i * 2654435761) % 251),
        { dtype: 'uint8', shape: [size, 32, 32, 3] },
      ),
      boxes: boxesTensor(
        Array.from({ length: size }, (_, image) =>
          boxesOf(
            Array.from({ length: 1 + (image % 2) }, (_, i) => ({
              ...{ x: 2 + 3 * image, y: 3 + 8 * i, width: 14, height: 12, area: 168, ignored: 0 },
              ...{ class: image, id: 1 + 2 * image + i },
            })),
          ),
        ),
        2,
      ),
    },
  );
  return { train: dataset, test: dataset, source: 'made up' };
}

/** Fresh weights of a network by its name, made once. */
function freshly(name: string, classes: number): string {
  const file = path.join(scratch, `${name}-fresh.safetensors`);
  if (!fs.existsSync(file)) {
    manualSeed(1);
    scope(() => saveSafetensors(file, createModel(name, { classes }).stateDict()));
  }
  return file;
}

/**
 * Images of 32 pixels with boxes, for a recipe of COCO: both detectors on the smallest backbone, of which the student's begins with weights of a classifier.
 */
export function onBoxes({ teacher, student, data }: Recipe): StandIn {
  const [name = ''] = shownNetwork(student).split(':', 1);
  const small = name.startsWith('fasterrcnn') ? 'fasterrcnn_resnet18_fpn' : 'faster_rcnn_R_18_FPN';
  const of = (whose: string): string[] => [`${whose}.name=${small}`, `${whose}.input.shortest=32`];
  const taught = `{ name: ${small}, weights: ${freshly(small, 4)}, input: { shortest: 32 } }`;
  return {
    data: boxes(),
    overrides: [
      ...(data.train ?? []).flatMap(({ name }, i) =>
        name === 'resize-shortest' ? [`data.train.${i}.shortest=32`] : [],
      ),
      'data.sampling=shuffled',
      ...of('student'),
      'student.samples=16',
      ...(typeof student === 'object' && student.weights
        ? [`student.weights=${freshly('resnet18', 1000)}`]
        : []),
      // Weights alone say what they are of.
      ...(typeof teacher === 'string' ? [`teacher=${taught}`] : []),
      ...(typeof teacher === 'object' && teacher
        ? [...of('teacher'), `teacher.weights=${freshly(small, 4)}`]
        : []),
    ],
  };
}

/** As many classes as the data of a probe has, and a network that learned others. */
export function probed({ data: { name: data }, student }: Recipe): StandIn {
  const [name = ''] = shownNetwork(student).split(':', 1);
  const [, file = ''] = /:(.*)/.exec(weights(name, 100)) ?? [];
  return {
    data: images(data === 'stl10' ? 10 : 200),
    overrides: [`student.weights=${file}`, ...(data.startsWith('./') ? ['data.name=cifar100'] : [])],
  };
}

/** What makes a recipe short. */
function shortened({ stages }: Recipe): string[] {
  return [
    'batchSize=2',
    'precision=fp32',
    'cache=null',
    'data.trainImages=null',
    ...stages.flatMap(({ methods }, i) => [
      `stages.${i}.epochs=null`,
      `stages.${i}.steps=2`,
      `stages.${i}.accumulate=1`,
      ...methods.flatMap(({ name }, j) =>
        (smaller[name] ?? []).map((set) => `stages.${i}.methods.${j}.${set}`),
      ),
    ]),
  ];
}

/** Prepares a recipe, by what stands for its data and networks, and trains it if `trained` has none of its kind. */
async function tryOut(
  file: string,
  standIn: (recipe: Recipe) => StandIn,
  trained: Set<string>,
): Promise<void> {
  const { recipe } = readRecipe(file, { weightsAsWritten: true });
  const { data, overrides } = standIn(recipe);
  const prepared = await prepare(
    readRecipe(file, { overrides: [...shortened(recipe), ...overrides] }),
    data ? { data } : {},
  );
  const { trainer } = prepared;
  const { student } = trainer;
  const methods = recipe.stages.map((stage) => stage.methods.map(({ name }) => name));
  const kind = `${JSON.stringify(methods)} ${recipe.teacher ? '' : student.constructor.name}`;
  if (trained.has(kind)) return;
  trained.add(kind);
  // Layers of a detector's backbone may be frozen; of a probe the classifier, which comes last, is all that learns.
  const weight = recipe.probe
    ? student.parameters().at(-1)
    : student.parameters().find(({ requiresGrad }) => requiresGrad);
  const before = weight?.clone().detach();
  const stages: number[] = [];
  for await (const event of trainer.run({ best: () => student.stateDict() })) {
    if (event.kind !== 'step') continue;
    stages.push(event.stage);
    assert.ok(Number.isFinite(event.loss), `the loss is ${event.loss}`);
  }
  const everyStageTwice = recipe.stages.flatMap((_, i) => [i, i]);
  assert.deepEqual(stages, everyStageTwice);
  assert.ok(weight && before && !weight.equal(before), 'its first weights are as they were');
}

/** Files of recipes that can be run, by their folders below `recipes/`. */
function recipesByFolder(): Map<string, string[]> {
  const files = fs
    .globSync('**/*.yaml', { cwd: root })
    .filter((file) => /^stages:/m.test(fs.readFileSync(path.join(root, file), 'utf8')));
  return Map.groupBy(files.sort(), (file) => path.posix.dirname(file));
}

/** A test for each recipe in the folders that are chosen, or of each that is by its name. @example twoSteps((folder) => folder === 'crd/kd') */
export function twoSteps(
  isChosen: (folder: string, name: string) => boolean,
  standIn: (recipe: Recipe) => StandIn = onImages,
): void {
  setNumThreads(1);
  after(() => fs.rmSync(scratch, { recursive: true }));
  const chosen = [...recipesByFolder()].flatMap(([folder, files]) => {
    const own = files.filter((file) => isChosen(folder, path.basename(file, '.yaml')));
    return own.length > 0 ? [[folder, own] as const] : [];
  });
  assert.ok(chosen.length > 0, 'there is no such folder');
  for (const [folder, files] of chosen) {
    suite(`recipes of ${folder} can be prepared, and their methods teach a student in all stages:`, () => {
      const trained = new Set<string>();
      // From the last: ResNet50 comes first, and takes longest to train.
      for (const file of files.toReversed())
        test(path.basename(file, '.yaml'), () => tryOut(path.join(root, file), standIn, trained));
    });
  }
}
