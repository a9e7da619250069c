/** Networks as a recipe spells them, `SOURCE[:FILE[#KEY]]`, short enough for a table. */

const kept = 2;

/** Of a path from the root the last two parts. @example networkText('resnet14:/home/me/runs/teacher/seed-0') // 'resnet14:…/teacher/seed-0' */
export function networkText(spelled: string | null): string {
  return (spelled ?? '').replace(/(?<=^|[:+])\/[^+#]+/g, (path) => {
    const parts = path.split('/').filter(Boolean);
    return parts.length > kept ? `…/${parts.slice(-kept).join('/')}` : path;
  });
}
