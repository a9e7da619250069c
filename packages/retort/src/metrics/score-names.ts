/** What scores are called, and which of them are shares. */

/** A task of one's own may call a score as it likes, `constructor` too. */
const names: ReadonlyMap<string, string> = new Map([
  ['top1', 'top-1'],
  ['top5', 'top-5'],
  ['crossEntropy', 'cross entropy'],
  ['neighbours', 'nearest neighbours'],
  ['teacherNeighbours', 'nearest neighbours shared with the teacher'],
  ['matthews', 'Matthews correlation'],
  ['f1', 'F1'],
  ['macroF1', 'macro F1'],
  ['microF1', 'micro F1'],
  ['subsetAccuracy', 'subset accuracy'],
  ['averagePrecision', 'average precision'],
  ['pearson', 'Pearson'],
  ['spearman', 'Spearman'],
  ['corr', 'mean of Pearson and Spearman'],
  ['mse', 'mean squared error'],
  ['mae', 'mean absolute error'],
  ['AP', 'box AP'],
  ['AP50', 'box AP50'],
  ['AP75', 'box AP75'],
  ['APs', 'AP small'],
  ['APm', 'AP medium'],
  ['APl', 'AP large'],
  ['AR1', 'AR 1'],
  ['AR10', 'AR 10'],
  ['AR100', 'AR 100'],
  ['ARs', 'AR small'],
  ['ARm', 'AR medium'],
  ['ARl', 'AR large'],
  ['vocAP50', 'VOC AP50'],
  ['voc07AP50', 'VOC 2007 AP50'],
]);

/** Whether a score is a share in [0, 1]. @example isShare('top1') // true */
export const isShare = (name: string): boolean =>
  /^(top\d+|neighbours|teacherNeighbours|f1|macroF1|microF1|subsetAccuracy|averagePrecision|AP(50|75|[sml])?|AR(10?|100|[sml])|voc(07)?AP50)$/.test(
    name,
  );

/** What a score is called where there is room for words. @example scoreName('top1') // 'top-1' */
export const scoreName = (name: string): string => names.get(name) ?? name;
