/** Paths as they are told to others: where a folder was on this machine is nobody's business, and of no use elsewhere. */

/**
 * Absolute paths in a text, each by its last part.
 *
 * @example placeless('resnet20:/home/me/teachers/resnet20.pth') // 'resnet20:./resnet20.pth'
 */
export const placeless = (text: string): string =>
  text.replace(/(?<![\p{L}\p{N}_./~%@-])\/(?:[^/\s'":`]+\/)+(?=[^/\s])/gmu, './');
