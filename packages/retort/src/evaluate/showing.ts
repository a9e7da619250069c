/** Whether what networks are shown can be made of the data: tried on a few samples of all of it, before training. */
import { scope } from '@retort/torch';
import {
  type Dataset,
  fetchColumns,
  fieldOf,
  type Images,
  type Mixing,
  mixable,
  type Renderings,
  render,
  someOf,
  type Transform,
} from '../data/index.ts';

interface Showing {
  readonly renderings?: Renderings;
  readonly transforms?: readonly Transform[];
  readonly mixing?: Mixing | undefined;
}

/**
 * Renders a few samples, of data that is read: where images are of several sizes, the first ones need not be.
 *
 * @param teaches  whether there is a teacher who is shown them
 * @throws DataError for images that cannot be read, or not be shown together
 */
export async function tryShowing(
  data: Dataset,
  { renderings, transforms = [], mixing }: Showing,
  teaches: boolean,
): Promise<void> {
  if (data.gather || !fieldOf(data.fields, 'image')) return;
  const ids = someOf(data);
  using fetched = await fetchColumns(data, ids, { standIns: 'any' });
  scope(() => {
    const drawing = { seed: 0, epoch: 0, transforms };
    const change = mixing && ((images: Images): Images => mixable(data.name, images));
    const sides = render(data, fetched.columns, ids, drawing, renderings, { change });
    return (teaches ? [sides.student, sides.teacher] : [sides.student]).length;
  });
}
