/** Settings as paths and values. */
import { settingText } from './format.ts';

/** @example flatten({ student: { name: 'resnet8' } }) // [['student.name', 'resnet8']] */
export function flatten(settings: unknown, path = ''): [path: string, value: string][] {
  const isInner = typeof settings === 'object' && settings !== null && Object.keys(settings).length > 0;
  if (!isInner) return [[path, settingText(settings)]];
  return Object.entries(settings).flatMap(([key, value]) => flatten(value, path ? `${path}.${key}` : key));
}
