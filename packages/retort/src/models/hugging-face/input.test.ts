import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { wantedInput } from './input.ts';

suite('how a network wants images, by its preprocessor_config.json:', () => {
  const [mean, std] = [
    [0.5, 0.5, 0.5],
    [0.25, 0.25, 0.25],
  ];
  const normalised = { image_mean: mean, image_std: std };
  const cases: Readonly<Record<string, [config: object, input: object | null, remark?: RegExp]>> = {
    'a square': [
      { size: { height: 8, width: 8 }, resample: 3, ...normalised },
      { size: 8, interpolation: 'bicubic', mean, std },
    ],
    'a number, as feature extractors had it': [
      { size: 8, ...normalised },
      { size: 8, interpolation: 'bilinear', mean, std },
    ],
    'a crop': [
      {
        size: { shortest_edge: 256 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
        ...normalised,
      },
      { resize: 256, size: 224, interpolation: 'bilinear', mean, std },
    ],
    'a share that is cropped, of ConvNeXt’s': [
      {
        image_processor_type: 'ConvNextImageProcessor',
        size: { shortest_edge: 224 },
        crop_pct: 0.875,
        ...normalised,
      },
      { resize: 256, size: 224, interpolation: 'bilinear', mean, std },
    ],
    'no crop from 384 on, of ConvNeXt’s': [
      { feature_extractor_type: 'ConvNextFeatureExtractor', size: 384, crop_pct: 1, ...normalised },
      { size: 384, interpolation: 'bilinear', mean, std },
    ],
    'no normalisation': [
      { size: 8, do_normalize: false },
      { size: 8, interpolation: 'bilinear', mean: [0, 0, 0], std: [1, 1, 1] },
    ],
    'pixels to 255': [
      { size: 8, do_rescale: false, image_mean: [127.5], image_std: 63.75 },
      { size: 8, interpolation: 'bilinear', mean: [0.5], std: std },
    ],
    'no resizing': [
      { do_resize: false, ...normalised },
      { mean, std },
    ],
    'the shape kept': [
      { size: { shortest_edge: 8 }, ...normalised },
      { resize: 8, size: 8, interpolation: 'bilinear', mean, std },
      /images that are no squares keep their shape there, and are cropped from the centre here/,
    ],
    'a square that is cropped': [
      { size: 256, do_center_crop: true, crop_size: 224, ...normalised },
      { resize: 256, size: 224, interpolation: 'bilinear', mean, std },
      /images that are no squares are made ones there, and keep their shape here/,
    ],
    'another interpolation': [
      { size: 8, resample: 1, ...normalised },
      { size: 8, interpolation: 'bicubic', mean, std },
      /images are resized Lanczos there, and bicubic here/,
    ],
    'channels turned': [
      { size: 8, do_flip_channel_order: true, ...normalised },
      null,
      /BGR .*unless the recipe says otherwise \(`input`\)/,
    ],
    'no square': [
      { size: { height: 8, width: 6 }, ...normalised },
      null,
      /size is 8x6, no square, which is not done here/,
    ],
    padding: [
      { size: 8, do_center_crop: true, crop_size: 9, ...normalised },
      null,
      /crop_size 9 is larger than size 8/,
    ],
    'a mean that is missing': [{ size: 8 }, null, /it normalises, and says no image_mean and image_std/],
  };
  for (const [what, [config, input, remark]] of Object.entries(cases))
    test(what, () => {
      const found = wantedInput(config, 'FILE');
      assert.deepEqual(found.input, input);
      assert.equal(found.remarks.length, remark ? 1 : 0);
      if (remark) assert.match(found.remarks.join(), remark);
    });
  test('one number for all channels is one for each that the network takes', () => {
    const processor = { do_resize: false, image_mean: 0.25, image_std: 0.5 };
    assert.deepEqual(wantedInput(processor, 'x', 1).input, { mean: [0.25], std: [0.5] });
    assert.deepEqual(wantedInput(processor, 'x').input, { mean: [0.25, 0.25, 0.25], std: [0.5, 0.5, 0.5] });
    const raw = { do_resize: false, do_normalize: false };
    assert.deepEqual(wantedInput(raw, 'x', 1).input, { mean: [0], std: [1] });
  });

  test('a size that is none is named', () => {
    assert.throws(
      () => wantedInput({ size: 8, image_mean: 'grey' }, 'FILE'),
      /^HuggingFaceError: FILE: image_mean is 'grey'/,
    );
  });
});
