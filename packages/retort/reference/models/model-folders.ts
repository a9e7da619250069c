/** For tests: the model folders of transformers that hugging_face.py wrote, and changed copies of them. */
import fs from 'node:fs';
import path from 'node:path';

/** Where hugging_face.py wrote them. */
export const modelFolders: string = path.join(import.meta.dirname, 'hugging-face');

export const folderOf = (name: string): string => path.join(modelFolders, name);

/**
 * A folder's copy below another, changed.
 *
 * @param below  where it lies, under `name`
 * @param of  which of those of hugging_face.py
 */
export function copiedFolder(
  below: string,
  name: string,
  of: string,
  change: (config: Record<string, unknown>, folder: string) => void,
): string {
  const folder = path.join(below, name);
  fs.cpSync(folderOf(of), folder, { recursive: true });
  const file = path.join(folder, 'config.json');
  const config = JSON.parse(fs.readFileSync(file, 'utf8'));
  change(config, folder);
  if (fs.existsSync(file)) fs.writeFileSync(file, JSON.stringify(config));
  return folder;
}
