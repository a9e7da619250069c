/** Which of a teacher's layers a student's learn from, where the teacher has more of them. */

/**
 * Evenly: the layers g(m) = m · N / M of the teacher, from 1, for the student's layers m = 1 … M.
 *
 * @param students  M
 * @param teachers  N
 * @param cure  how else they may be named
 * @throws RangeError where N is no multiple of M
 */
export function evenLayers(method: string, students: number, teachers: number, cure: string): number[] {
  const each = teachers / students;
  if (Number.isInteger(each) && each > 0) return Array.from({ length: students }, (_, m) => (m + 1) * each);
  throw new RangeError(
    `${method} has each of the student's ${students} layers learn from every so many of the teacher's, of which there are ${teachers}, no multiple: ${cure}`,
  );
}
