import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { manualSeed, saveSafetensors, setNumThreads } from '@retort/torch';
import { createModel, prepare, RecipeError, readRecipe, run } from 'retort';
import { halves } from '../../reference/halves.ts';
import { said, scratch, write } from '../../reference/written-recipes.ts';
import { refuseOtherInputs } from '../runs/index.ts';

setNumThreads(1);

suite('a prepared recipe', () => {
  const data = { train: halves(40), test: halves(20, 7), source: 'made up' };
  const weights = (name: string, classes: number): string => {
    manualSeed(2);
    const file = path.join(scratch, `${name}-${classes}.safetensors`);
    saveSafetensors(file, createModel(name, { classes, channels: 1 }).stateDict());
    return file;
  };
  const distil = (teacher: string, methods: string): string =>
    write(
      'distil.yaml',
      `extends: base.yaml\nstudent: resnet8\nteacher: ${teacher}\nstages:\n  - methods: ${methods}\n    steps: 2\n`,
    );
  const problems = async (file: string, ...overrides: string[]): Promise<string[]> => {
    const error = await prepare(readRecipe(file, { overrides }), { data }).then(
      () => null,
      (thrown) => thrown,
    );
    assert.ok(error instanceof RecipeError, String(error));
    return error.problems.map((problem) => problem.replaceAll(`${scratch}/`, ''));
  };

  test('is warned of before the first step where a network is shown images of another size than it is made for', async () => {
    const file = distil(weights('mobilenet_v2', 2), '[kd]');
    const warnings: string[] = [];
    const said = async (...overrides: string[]): Promise<string[]> => {
      warnings.length = 0;
      await prepare(readRecipe(file, { overrides }), { data, onWarning: (text) => warnings.push(text) });
      return warnings.map((text) => text.replace(/: .*/, ''));
    };
    const begins = (who: string, like: string, shown: string) =>
      `the ${who}, begins like a network for ${like} and is shown images of ${shown} pixels`;
    assert.deepEqual(await said('student=mobilenetv2_100'), [
      begins('teacher, mobilenet_v2', 'ImageNet', '8x8'),
      begins('student, mobilenetv2_100', 'ImageNet', '8x8'),
    ]);
    const input = `teacher={weights: ${weights('mobilenet_v2', 2)}, input: {size: 96}}`;
    assert.deepEqual(await said(input, 'student={name: resnet8, input: {size: 130}}'), [
      begins('student, resnet8', 'CIFAR', '130x130'),
    ]);
    assert.deepEqual(await said(input), []);
  });

  test('trains; the teacher’s architecture is found by its keys', async () => {
    const file = distil(weights('resnet14', 2), '[kd, fitnet]');
    const prepared = await prepare(readRecipe(file), { data });
    // A teacher with fresh weights knows nothing: the check of its accuracy is another test's.
    const events = [];
    for await (const event of prepared.trainer.run()) events.push(event.kind);
    assert.deepEqual(events, ['step', 'step', 'epoch']);
    assert.equal(prepared.metadata.model, 'resnet8');
    await assert.rejects(run(await prepare(readRecipe(file), { data })), /near the 50\.00 % of chance/);
    const overrides = ['teacherCheck=false', 'stages.0.freeze=[conv1]', 'stages.0.freezeStatistics=true'];
    const weak = await prepare(readRecipe(file, { overrides }), { data });
    const before = String(weak.trainer.student.parameters()[0]?.toFlatArray());
    assert.equal((await run(weak)).epochs, 1);
    assert.equal(String(weak.trainer.student.parameters()[0]?.toFlatArray()), before);
  });

  test('is evaluated as it says, and its stages have the seeds that they say', async () => {
    const file = write(
      'often.yaml',
      [
        'extends: base.yaml',
        'student: resnet8',
        'evaluation: { every: 2, everySteps: 500, atStart: true, best: run }',
        'stages:',
        '  - { methods: [cross-entropy], seed: 42 }',
        '  - { methods: [cross-entropy], seed: 42, start: best }',
      ].join('\n'),
    );
    const { evaluateEvery, evaluateEverySteps, evaluateAtStart, bestOver, trainer } = await prepare(
      readRecipe(file),
      { data },
    );
    assert.deepEqual([evaluateEvery, evaluateEverySteps, evaluateAtStart, bestOver], [2, 500, true, 'run']);
    assert.deepEqual(
      trainer.stages.map(({ seed }) => seed),
      [42, 42],
    );
    const wrong = write('seldom.yaml', 'extends: base.yaml\nevaluation: { everySteps: 0, best: ever }\n');
    assert.deepEqual(
      said(() => readRecipe(wrong)).flatMap((sentence) => /^seldom\.yaml:2: [^:]+/.exec(sentence) ?? []),
      ['seldom.yaml:2: evaluation.everySteps', 'seldom.yaml:2: evaluation.best'],
    );
  });

  test('whose stage freezes what is not there, or all, is refused where that is written', async () => {
    const freezing = (paths: string) =>
      write(
        'frozen.yaml',
        `extends: base.yaml\nstudent: resnet8\nstages:\n  - methods: [cross-entropy]\n  - methods: [cross-entropy]\n    freeze: ${paths}\n`,
      );
    assert.deepEqual(await problems(freezing('[layer1, layer4]')), [
      "frozen.yaml:6: stages.1.freeze: freeze: there is no module or parameter of the student 'layer4': did you mean 'layer1'?",
    ]);
    assert.deepEqual(await problems(freezing('[conv1, bn1, layer1, layer2, layer3, fc]')), [
      'frozen.yaml:6: stages.1.freeze: freeze: conv1, bn1, layer1, layer2, layer3, fc leaves nothing of the student to learn',
    ]);
    assert.match(said(() => readRecipe(freezing('layer1')))[0] ?? '', /^frozen\.yaml:6: stages\.1\.freeze: /);
  });

  test('says where what does not fit was written, before the first step', async () => {
    const [classes] = await problems(distil(weights('resnet14', 5), '[kd]'));
    assert.match(classes ?? '', /^distil\.yaml:3: teacher: .*fc\.weight is \[5, 64\], the model's \[2, 64\]/);
    const [other] = await problems(distil(`resnet20:${weights('resnet14', 2)}`, '[kd]'));
    assert.match(other ?? '', /^distil\.yaml:3: teacher: .*missing: layer1\.2/);
    const taps = await problems(
      distil(
        weights('resnet14', 2),
        '[kd, { name: fitnet, student: layer9 }, { name: fitnet, student: layer1, teacher: layer3 }]',
      ),
    );
    assert.equal(taps.length, 1);
    assert.match(taps[0] ?? '', /^distil\.yaml:5: stages\.0\.methods\.1: .*'layer9'.*layer1/);
  });

  test('whose student takes other images is refused', async () => {
    const file = write(
      'size.yaml',
      'extends: base.yaml\nstudent: vit_tiny_patch4_32\nstages: [{ methods: [cross-entropy] }]\n',
    );
    assert.match((await problems(file))[0] ?? '', /^size\.yaml:3: stages\.0\.methods\.0: .*32/);
  });

  const other = (network: string): string =>
    write(
      'other.yaml',
      `extends: base.yaml\nstudent: resnet8\nteacher: ${network}\nstages:\n  - methods: [kd]\n    steps: 2\n`,
    );

  test('learns from a teacher of other classes, of which it masks what it lacks, with a new head, images cropped', async () => {
    const file = weights('resnet8', 5);
    const teacher = `{ weights: ${file}, classes: [4, null], input: { size: 6, resize: 7 } }`;
    const overrides = [`student={ weights: ${file}, newHead: true }`];
    const said: string[] = [];
    const resolved = readRecipe(other(teacher), { overrides });
    const { trainer, metadata } = await prepare(resolved, { data, onWarning: (text) => said.push(text) });
    assert.deepEqual(trainer.renderings.teacher, { size: 6, resize: 7 });
    assert.deepEqual(said, [
      `${file}: its classifier is left aside; a new one, of 2 classes, begins with fresh weights`,
    ]);
    const losses: number[] = [];
    for await (const event of trainer.run())
      if (event.kind === 'step') losses.push(...Object.values(event.losses));
    assert.ok(losses.length >= 2 && losses.every(Number.isFinite), String(losses));
    assert.deepEqual([metadata.classes, metadata.labels], ['2', '["left","right"]']);
  });

  test('whose networks are of other classes than they say is refused', async () => {
    const file = weights('resnet8', 5);
    const refused = async (network: string) => problems(other(network));
    assert.deepEqual(await refused(`{ weights: ${file}, classes: [5, 0] }`), [
      'other.yaml:3: teacher: classes: 5 is no class of the network, whose classes are 0 to 4',
    ]);
    assert.deepEqual(await refused(`{ weights: ${file}, classes: [0] }`), [
      "other.yaml:3: teacher: classes: a list needs an entry for each of the data's 2 classes, and has 1",
    ]);
    assert.deepEqual(await refused(`{ weights: ${file}, classes: wnids }`), [
      "other.yaml:3: teacher: classes: 'wnids' is for a network of ImageNet's 1,000 classes, and this one has 5",
    ]);
    const unread = (network: string) =>
      said(() => readRecipe(other(file), { overrides: [`student=${network}`] }));
    assert.match(
      unread('{ name: resnet8, newHead: true }')[0] ?? '',
      /has no weights, so that all of it begins anew/,
    );
    assert.match(
      unread('{ name: resnet8, classes: names }')[0] ?? '',
      /has no weights, so that its classes are the data's/,
    );
    const swapped = path.join(scratch, 'swapped.safetensors');
    const labels = JSON.stringify(['right', 'left']);
    saveSafetensors(swapped, createModel('resnet8', { classes: 2, channels: 1 }).stateDict(), {
      model: 'resnet8',
      labels,
    });
    assert.deepEqual(await refused(swapped), [
      "other.yaml:3: teacher: its classes are the data's in another order: have them found by their names (`classes: names`, or `--classes names`)",
    ]);
    await prepare(readRecipe(other(`{ weights: ${swapped}, classes: names }`)), { data });
    assert.match(
      unread(`{ weights: ${file}, newHead: true, classes: 3 }`)[0] ?? '',
      /has a new head, whose classes are the data's/,
    );
  });

  test('whose networks are named beside the key that says what is meant is refused, and not taken as another', () => {
    const unread = (key: string, network: string) =>
      said(() =>
        readRecipe(other('resnet8:x.pth'), { overrides: [`${key}=${network}`], weightsAsWritten: true }),
      )[0];
    const named = unread('student', '{ name: "resnet8:best.pth" }');
    assert.match(
      named ?? '',
      /student: 'resnet8:best.pth' names weights too: write them as weights: best.pth$/,
    );
    assert.match(
      unread('teacher', '{ name: "hf:a/b" }') ?? '',
      /names weights too: write them as weights: hf:a\/b$/,
    );
    assert.match(unread('teacher', '{ name: resnet9 }') ?? '', /there is no model 'resnet9': did you mean/);
    assert.match(
      unread('teacher', '{ weights: a.pth, input: { sice: 8 } }') ?? '',
      /teacher\.input\.sice: there is no such key: did you mean 'size'\? Here can be size, resize/,
    );
    assert.match(
      unread('teacher', '{ weights: a.pth, input: { size: "8" } }') ?? '',
      /teacher\.input\.size: must be a number, is '8'$/,
    );
  });

  /** Weights that say how they want images, and what their classes are called. */
  const saying = (name: string, metadata: Readonly<Record<string, string>>): string => {
    const file = path.join(scratch, name);
    manualSeed(2);
    const state = createModel('resnet8', { classes: 2, channels: 1 }).stateDict();
    saveSafetensors(file, state, { model: 'resnet8', ...metadata });
    return file;
  };

  test('says of images what it says, and leaves the rest to the weights', async () => {
    const input = { size: 6, resize: 8, interpolation: 'bicubic', mean: [0.25], std: [0.75] };
    const file = saying('input.safetensors', { input: JSON.stringify(input) });
    const shown = async (written: string) =>
      (await prepare(readRecipe(other(`{ weights: ${file}, input: ${written} }`)), { data })).trainer
        .renderings.teacher;
    assert.deepEqual(await shown('{}'), input);
    assert.deepEqual(await shown('{ mean: [0.5] }'), { ...input, mean: [0.5] });
    const { resize: _, ...others } = input;
    assert.deepEqual(await shown('{ size: 4 }'), { ...others, size: 4 });
    assert.deepEqual(await shown('{ size: 4, resize: 5 }'), { ...input, size: 4, resize: 5 });
    assert.deepEqual(await shown('{ interpolation: bilinear }'), { ...input, interpolation: 'bilinear' });
  });

  test('that says of images what cannot be is refused there, and not at what looks at them', async () => {
    const file = weights('resnet8', 2);
    assert.deepEqual(await problems(other(`{ weights: ${file}, input: { mean: [0.5, 0.5] } }`)), [
      'other.yaml:3: teacher.input: in memory, as the teacher is shown it: mean and std need one number for each of the 1 channels',
    ]);
    const [student] = await problems(other(file), 'student={ name: resnet8, input: { size: 6, resize: 5 } }');
    assert.match(student ?? '', /student\.input: .* needs a `size` of at most 5 pixels, not 6/);
    const overrides = ['student={ name: resnet8, input: { size: 9007199254740991 } }'];
    assert.throws(
      () => readRecipe(other(file), { overrides }),
      /student\.input\.size: must be at most 13377/,
    );
  });

  test('says which of the data its teacher does not tell apart', async () => {
    const said: string[] = [];
    const resolved = readRecipe(other(`{ weights: ${weights('resnet8', 5)}, classes: [4, 4] }`));
    await prepare(resolved, { data, onWarning: (text) => said.push(text) });
    assert.match(said.join('\n'), /classes: left, right of the data are not told apart/);
  });

  test('knows by content how its weights want images', async () => {
    const prepared = async (metadata: Readonly<Record<string, string>>) =>
      (await prepare(readRecipe(other(saying('content.safetensors', metadata))), { data })).inputs;
    const [one, same, scaled, silent] = [
      await prepared({ input: '{"mean":[0.25]}' }),
      await prepared({ input: '{"mean":[0.25]}' }),
      await prepared({ input: '{"mean":[0.5]}' }),
      await prepared({}),
    ];
    assert.doesNotThrow(() => refuseOtherInputs('run', one, same));
    assert.throws(
      () => refuseOtherInputs('run', one, scaled),
      /the teacher\.input \(.*content\.safetensors\) has/,
    );
    assert.throws(() => refuseOtherInputs('run', one, silent), /the teacher\.input/);
  });

  test('of classes by other names takes them in their order, and says so', async () => {
    const warnings = async (labels: readonly string[]) => {
      const said: string[] = [];
      const file = saying('names.safetensors', { labels: JSON.stringify(labels) });
      await prepare(readRecipe(other(file)), { data, onWarning: (text) => said.push(text) });
      return said.map((text) => text.replace(`${scratch}/`, ''));
    };
    assert.deepEqual(await warnings(['Left', 'right']), []);
    assert.deepEqual(await warnings(['left', 'up']), [
      "names.safetensors: its classes have other names than the data's, and are taken in their order: 1 is 'up' to it and 'right' to the data; say `classes` where that is another",
    ]);
    const swapped = saying('names.safetensors', { labels: '["Right","Left"]' });
    assert.match((await problems(other(swapped)))[0] ?? '', /in another order, but for capitals/);
  });

  test('whose student would lack a class of the data is refused', async () => {
    const file = write(
      'lacking.yaml',
      `extends: base.yaml\nstudent: { weights: ${weights('resnet8', 5)}, classes: [1, null] }\nstages: [{ methods: [cross-entropy] }]\n`,
    );
    assert.match(
      (await problems(file))[0] ?? '',
      /^lacking\.yaml:2: student: classes: what is trained needs .* none for right: /,
    );
  });

  test('gives a teacher the same new head each time', async () => {
    const file = weights('resnet8', 5);
    const teacher = async () =>
      (await prepare(readRecipe(other(`{ weights: ${file}, newHead: true }`)), { data })).inputs.teacher;
    assert.deepEqual(await teacher(), await teacher());
  });

  test('of too few images is refused', async () => {
    const file = write(
      'few.yaml',
      'extends: base.yaml\nstudent: resnet8\ndata: { trainImages: 50 }\nstages: [{ methods: [cross-entropy] }]\n',
    );
    assert.deepEqual(await problems(file), [
      'few.yaml:3: data.trainImages: in memory has 40 training images, not 50',
    ]);
  });
});
