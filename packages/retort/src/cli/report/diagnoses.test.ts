import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseHTML } from 'linkedom';
import type { Diagnosis } from '../../diagnose/types.ts';
import { diagnoses } from './diagnoses.ts';

const hostile = '<script>alert(1)</script>';

type Page = ReturnType<typeof parseHTML>['document'];

const textsOf = (page: Page, selector: string): string[] =>
  [...page.querySelectorAll(selector)].map((one) => one.textContent?.trim() ?? '');

suite('what is diagnosed', () => {
  const head = { title: 'what it is', from: 'best weights, of epoch 3' };
  const of = (results: readonly Diagnosis[]) =>
    diagnoses({
      ...{
        run: 'runs/kd',
        status: 'finished',
        elsewhere: null,
        split: 'test',
        data: 'photos',
        samples: 4,
        notes: ['a note'],
      },
      ...{ weights: { file: 'best', sha256: 'ab'.repeat(32), epoch: 3 }, results },
    });
  const drawn = async (results: readonly Diagnosis[]): Promise<Page> =>
    parseHTML(`<!doctype html><html><head></head><body>${await of(results)}</body></html>`).document;

  test('is said with the weights, the samples and what is not as it should be', async () => {
    const text =
      (await drawn([{ ...head, what: 'cka', silent: 'it has no teacher' }])).body.textContent ?? '';
    for (const said of [
      'Of the best weights of epoch 3 (SHA-256 abababababab…), on 4 samples of photos, test split.',
      'a note',
      'it has no teacher',
      'what it is',
    ])
      assert.ok(text.includes(said), said);
  });

  test('is drawn where there are figures of it', async () => {
    const page = await drawn([
      { ...head, what: 'temperatures', least: 1, most: 2, mean: 1.5, bins: [{ from: 1, to: 2, samples: 4 }] },
    ]);
    assert.deepEqual(textsOf(page, 'figcaption'), ['from 1.000 to 2.000']);
  });

  test('has images with boxes on them, of which only JPEGs are shown', async () => {
    const box = { x: 1, y: 2, width: 3, height: 4 };
    const image = {
      ...{ index: 5, name: null, width: 40, height: 30, truth: [{ class: hostile, score: null, ...box }] },
      student: [
        { class: 'cat', score: 0.9, ...box },
        { class: 'cat', score: 0.2, ...box },
      ],
      teacher: null,
    };
    const page = await drawn([
      {
        ...{ ...head, what: 'detections', classes: ['cat', hostile], withoutTeacher: 'there is no teacher' },
        images: [
          { ...image, picture: 'data:image/jpeg;base64,/9j/4AAQ' },
          { ...image, name: 'other', picture: 'data:image/jpeg;base64,"><script>' as never },
        ],
      },
    ]);
    assert.deepEqual(textsOf(page, 'figcaption'), [
      ...['there is: 1', 'student: 1', 'there is: 1', 'student: 1'],
    ]);
    assert.deepEqual(
      [...page.querySelectorAll('image')].map((one) => one.getAttribute('href')),
      ['data:image/jpeg;base64,/9j/4AAQ', 'data:image/jpeg;base64,/9j/4AAQ'],
    );
    assert.equal(page.querySelectorAll('script').length, 0);
    assert.deepEqual(textsOf(page, 'h5'), ['sample 5', 'other']);
    assert.ok(textsOf(page, 'svg text').includes('cat 90 %'));
  });

  test('has pictures that are PNGs and texts as text, with both answers', async () => {
    const sample = {
      index: 3,
      name: null,
      label: 'cat',
      divergence: 2.5,
      student: [{ class: hostile, probability: 0.9 }],
      teacher: [{ class: 'cat', probability: 0.8 }],
    };
    const page = await drawn([
      {
        ...head,
        what: 'disagreements',
        samples: [
          { ...sample, picture: 'data:image/png;base64,iVBORw0KGgo=', text: null },
          { ...sample, picture: 'data:image/png;base64,"><script>' as never, text: null },
          { ...sample, picture: null, text: `first ${hostile}\nsecond` },
        ],
      },
    ]);
    assert.deepEqual(
      [...page.querySelectorAll('img')].map((one) => one.getAttribute('src')),
      ['data:image/png;base64,iVBORw0KGgo='],
    );
    assert.equal(page.querySelectorAll('script').length, 0);
    assert.deepEqual(textsOf(page, 'tbody tr:last-child > *'), [
      '3',
      `first ${hostile}second`,
      'cat',
      `${hostile} 90.00 %`,
      'cat 80.00 %',
      '2.500',
    ]);
  });
});
