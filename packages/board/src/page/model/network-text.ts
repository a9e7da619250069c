/** Networks, as a recipe spells them by `SOURCE[:FILE[#KEY]]`, and data, short enough for a table. */

/** Of a path from the root so many last parts. */
function shortPath(path: string, kept: number): string {
  const parts = path.split('/').filter(Boolean);
  return parts.length > kept ? `…/${parts.slice(-kept).join('/')}` : path;
}

/** Of a path from the root the last two parts. @example networkText('resnet14:/home/me/runs/teacher/seed-0') // 'resnet14:…/teacher/seed-0' */
export function networkText(spelled: string | null): string {
  return (spelled ?? '').replace(/(?<=^|[:+])\/[^+#]+/g, (path) => shortPath(path, 2));
}

/** Of a path from the root the last part. @example dataText('/home/me/photos') // '…/photos' */
export const dataText = (named: string | null): string =>
  named?.startsWith('/') ? shortPath(named, 1) : (named ?? '');
