/** Settings of runs that earlier versions wrote down, in the words of this one. */
import { asRecord } from './log.ts';

/** @example inTodaysWords({ data: { name: 'cifar100', augmentation: 'none' } }) // { data: { name: 'cifar100', train: [] } } */
export function inTodaysWords(
  settings: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const data = asRecord(settings.data);
  if (!data || !('augmentation' in data)) return settings;
  const { augmentation, ...rest } = data;
  const given = asRecord(augmentation);
  const train =
    augmentation === 'none' ? [] : [{ name: 'crop-flip', ...(given ?? { padding: 4, flip: true }) }];
  return { ...settings, data: { ...rest, train } };
}
