/** What a file is, by its bytes: its name says nothing. */
import { TorchError } from '../dispatch/errors.ts';
import { listed } from '../dispatch/names.ts';
import { quoted } from '../dispatch/quoted.ts';
import type { OpenFile } from './open-file.ts';
import { tarMembers } from './tar.ts';

/** What the readers here read. */
export type Format = 'safetensors' | 'zip' | 'pickle' | 'gzip';

/** How a legacy file of torch.save begins in versions 0 and 1 of pickle, which write numbers in digits. */
const magicInDigits = 'L119547037146038801333356L';

/** Beginnings of what is no file of weights, and what to do about it. */
const others: readonly (readonly [begins: string, sentence: string])[] = [
  [
    '\x93NUMPY',
    'it is an array of NumPy, not a file of weights: save a dictionary of tensors with torch.save',
  ],
  ['\xfd7zXZ\0', 'it is compressed with xz: unpack it first (`xz -d`)'],
  ['BZh', 'it is compressed with bzip2: unpack it first (`bunzip2`)'],
  ['\x28\xb5\x2f\xfd', 'it is compressed with zstd: unpack it first (`zstd -d`)'],
  ['7z\xbc\xaf', 'it is a 7-Zip archive: unpack it and name the file of weights in it'],
  ['Rar!', 'it is a RAR archive: unpack it and name the file of weights in it'],
  [
    '\x89HDF\r\n',
    'it is an HDF5 file, as Keras writes: convert its weights to safetensors under the names of the PyTorch model',
  ],
  [
    'GGUF',
    'it is a GGUF file, whose weights are quantised for llama.cpp: take the safetensors that it was made of',
  ],
  ['PK\x05\x06', 'it is a zip archive of no files'],
];

const lfs = 'version https://git-lfs';

function lfsSentence(text: string): string {
  const [, size] = /^size (\d{1,15})$/m.exec(text) ?? [];
  const bytes = size ? ` of ${size} bytes` : '';
  return `it is a pointer of Git LFS to a file${bytes} that was not downloaded: run \`git lfs pull\` where it was cloned`;
}

function pageSentence(text: string): string {
  const [, title = ''] = /<title[^>]*>\s*([^<]*?)\s*(?:<|$)/i.exec(text) ?? [];
  const named = title ? ` with the title ${quoted(title)}` : '';
  return `it is an HTML page${named}, which a server sent in place of the file: download it again, in a browser where it asks for a confirmation`;
}

/** What a file that is not read here is, and what to do; undefined where its beginning is none that is known. */
function foreign(head: string, file: OpenFile): string | undefined {
  if (file.size === 0) return 'it is empty: it was not downloaded or copied to its end';
  const known = others.find(([begins]) => head.startsWith(begins));
  if (known) return known[1];
  if (head.startsWith(lfs)) return lfsSentence(head);
  const text = head.replace(/^(?:\xef\xbb\xbf)?\s+/, '');
  if (/^(?:\xef\xbb\xbf)?<(?:!doctype html|html|head|body)/i.test(text)) return pageSentence(text);
  if (text.startsWith('<?xml'))
    return 'it is XML, which a server may have sent in place of the file: look into it';
  if (head.slice(257, 262) !== 'ustar') return undefined;
  const { names, isWhole } = tarMembers(file);
  if (names.includes('storages') && names.includes('tensors'))
    return 'it is a tar archive, which PyTorch wrote before 0.1.10: load it with PyTorch and save it again';
  const count = `${isWhole ? '' : 'over '}${names.length} ${names.length === 1 ? 'file' : 'files'}`;
  return `it is a tar archive of ${count} (${listed(names)}): unpack it (\`tar -xf\`) and name the file of weights in it`;
}

/** Whether a safetensors header begins the file, even one that is damaged further on. */
function beginsSafetensors(file: OpenFile): boolean {
  if (file.size < 9) return false;
  const head = file.bytes(0, 9);
  return head[8] === 0x7b && head.readBigUInt64LE() < 2n ** 32n;
}

/**
 * What a file is.
 *
 * @throws TorchError that says what it is where that is none of these, and what to do
 */
export function formatOf(file: OpenFile): Format {
  const head = file.bytes(0, Math.min(file.size, 4096)).toString('latin1');
  if (head.startsWith('PK\x03\x04')) return 'zip';
  if (head.startsWith('\x1f\x8b')) return 'gzip';
  if (beginsSafetensors(file)) return 'safetensors';
  const sentence = foreign(head, file);
  if (sentence) throw new TorchError(sentence);
  if (head.startsWith('\x80') || head.startsWith(magicInDigits)) return 'pickle';
  throw new TorchError(
    `it begins with ${quoted(head.slice(0, 8))}, as neither safetensors nor files of torch.save do`,
  );
}
