/** `detect.mjs` of a detector's folder: what lies around its graph, for Node and for pages, since transformers.js has no such network. */

/** The file, which is the same in every folder: what is another in each stands in `config.json` and `preprocessor_config.json`. */
export const detectFile = `/**
 * Finds objects in pictures with the student of this folder, in Node and in pages: it resizes and normalises them as the student was shown its own,
 * and calls the graph by onnxruntime-node or onnxruntime-web. Written by Retort.
 */

/** Height and width that the student sees a picture in. */
function seenSize([height, width], { size: { shortest_edge: shortest, longest_edge: longest }, dialect }) {
  const [shorter, longer] = [Math.min(height, width), Math.max(height, width)];
  if (dialect === 'torchvision') {
    const scale = Math.min(shortest / shorter, longest / longer);
    return [height, width].map((side) => Math.max(1, Math.floor(side * scale)));
  }
  const scale = shortest / shorter;
  const sides = height < width ? [shortest, scale * width] : [scale * height, shortest];
  const again = Math.max(...sides) > longest ? longest / Math.max(...sides) : 1;
  return sides.map((side) => Math.max(1, Math.trunc(side * again + 0.5)));
}

/** Of each place along a side which places of the picture it is made of, with their shares: bilinear, antialiased as Pillow does it or not. */
function sharesAlong(from, to, antialiased) {
  const scale = from / to;
  const reach = antialiased ? Math.max(scale, 1) : 1;
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    if (!antialiased) {
      const at = Math.max(0, centre - 0.5);
      const first = Math.min(Math.floor(at), from - 1);
      return [[first, 1 - (at - first)], [Math.min(first + 1, from - 1), at - first]];
    }
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const last = Math.min(from, Math.trunc(centre + reach + 0.5));
    const shares = Array.from({ length: last - first }, (_, i) => [
      first + i,
      Math.max(0, 1 - Math.abs((first + i - centre + 0.5) / reach)),
    ]);
    const sum = shares.reduce((all, [, share]) => all + share, 0);
    return shares.map(([at, share]) => [at, share / sum]);
  });
}

/** Colours of another size, of rows of red, green and blue. */
function resized(pixels, [height, width], [high, wide], antialiased) {
  // Pillow keeps bytes after each side.
  const kept = antialiased ? (value) => Math.min(255, Math.max(0, Math.floor(value + 0.5))) : (value) => value;
  const [columns, rows] = [sharesAlong(width, wide, antialiased), sharesAlong(height, high, antialiased)];
  const narrow = new Float32Array(height * wide * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < wide; x++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (const [at, share] of columns[x]) sum += share * pixels[(y * width + at) * 3 + c];
        narrow[(y * wide + x) * 3 + c] = kept(sum);
      }
  const made = new Float32Array(high * wide * 3);
  for (let y = 0; y < high; y++)
    for (let i = 0; i < wide * 3; i++) {
      let sum = 0;
      for (const [at, share] of rows[y]) sum += share * narrow[at * wide * 3 + i];
      made[y * wide * 3 + i] = kept(sum);
    }
  return made;
}

/** Bytes of red, green and blue, and perhaps of opacity, which is left out. */
function colours({ data, width, height }) {
  const channels = data.length / (width * height);
  if (channels !== 3 && channels !== 4)
    throw new Error(\`a picture is bytes of red, green and blue, with opacity or without, and not \${channels} to a pixel\`);
  if (channels === 3) return data;
  const found = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) found[3 * i + c] = data[4 * i + c];
  return found;
}

/**
 * A picture as the graph takes it.
 *
 * @param picture  { data, width, height }: bytes of red, green and blue, row by row, as sharp's raw() and a canvas' getImageData() have them
 * @param settings  preprocessor_config.json
 * @returns { data, dims }: float32 [1, 3, height, width]
 */
export function prepare(picture, settings) {
  const { image_mean: mean, image_std: std, do_normalize: isNormalised, rescale_factor: factor } = settings;
  const from = [picture.height, picture.width];
  const to = seenSize(from, settings);
  const [high, wide] = to;
  const pixels = resized(colours(picture), from, to, settings.dialect === 'detectron2');
  const data = new Float32Array(3 * high * wide);
  for (let c = 0; c < 3; c++) {
    const own = settings.do_flip_channel_order ? 2 - c : c;
    for (let i = 0; i < high * wide; i++) {
      const value = pixels[3 * i + own] * factor;
      data[c * high * wide + i] = isNormalised ? (value - mean[c]) / std[c] : value;
    }
  }
  return { data, dims: [1, 3, high, wide] };
}

/**
 * Opens the student.
 *
 * @param ort  onnxruntime-node or onnxruntime-web
 * @param read  (name) => bytes of a file of this folder
 * @param graph  which of its graphs
 * @returns (picture, { threshold }) => [{ label, score, box: { xmin, ymin, xmax, ymax } }], in pixels of the picture, best first
 */
export async function open(ort, read, graph = 'onnx/model.onnx') {
  const text = async (name) => JSON.parse(new TextDecoder().decode(await read(name)));
  const [{ id2label }, settings] = [await text('config.json'), await text('preprocessor_config.json')];
  const session = await ort.InferenceSession.create(new Uint8Array(await read(graph)));
  return async (picture, { threshold = 0.5 } = {}) => {
    const { data, dims } = prepare(picture, settings);
    const { boxes, scores, classes } = await session.run({ pixel_values: new ort.Tensor('float32', data, dims) });
    const [right, down] = [picture.width / dims[3], picture.height / dims[2]];
    return Array.from(scores.data, (score, i) => {
      const [xmin, ymin, xmax, ymax] = boxes.data.slice(4 * i, 4 * i + 4);
      const box = { xmin: xmin * right, ymin: ymin * down, xmax: xmax * right, ymax: ymax * down };
      return { label: id2label[Number(classes.data[i])], score, box };
    }).filter(({ score }) => score >= threshold);
  };
}
`;
