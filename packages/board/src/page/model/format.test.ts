import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bytesText,
  countText,
  durationText,
  settingText,
  shortCount,
  valueText,
  whenText,
} from './format.ts';

test('counts have their thousands apart', () => {
  assert.equal(countText(21797), '21,797');
  assert.equal(countText(null), '');
});

test('large numbers are three digits and a letter, also just below the next', () => {
  const texts = [999, 999.6, 1230000, 999_999, 4_100_000_000, -2500].map(shortCount);
  assert.deepEqual(texts, ['999', '1 k', '1.23 M', '1 M', '4.1 G', '-2.5 k']);
});

test('bytes have their unit', () => {
  assert.deepEqual([313_000, 12, 4_930_000].map(bytesText), ['313 kB', '12 B', '4.93 MB']);
});

test('durations are told as the command line tells them, and days of them', () => {
  const texts = [0.00288, 7.31, 73.2, 3600, 90_000, Number.NaN].map(durationText);
  assert.deepEqual(texts, ['2.88 ms', '7.3 s', '1 min 13 s', '1 h 0 min', '1 d 1 h', '']);
});

test('values have the digits that say something', () => {
  const texts = [0, 0.000012, 0.25, 1234.5, 12.34567, Number.POSITIVE_INFINITY, null].map(valueText);
  assert.deepEqual(texts, ['0', '1.20e-5', '0.25', '1,235', '12.35', '', '']);
});

test('a time is of the reader’s clock, and what is none stays as it is', () => {
  const here = new Date(2026, 10, 29, 7, 5);
  assert.equal(whenText(here.toISOString()), '2026-11-29 07:05');
  assert.equal(whenText('long ago'), 'long ago');
});

test('a setting is a line', () => {
  assert.equal(settingText('kd'), 'kd');
  assert.equal(settingText({ name: 'kd' }), '{"name":"kd"}');
});
