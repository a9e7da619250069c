/** What student and teacher find in images, beside what is there. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { DetectedImage, Findings, ShownObject } from '../../../diagnoses.ts';
import { loadFigures } from '../../parts/figure.tsx';

type Detections = Extract<Findings, { what: 'detections' }>;

/** What of objects is shown. */
interface Chosen {
  readonly threshold: number;
  /** Empty for all classes. */
  readonly only: string;
}

const isPicture = (text: string): boolean => /^data:image\/jpeg;base64,[A-Za-z0-9+/=]+$/.test(text);

const titleOf = ({ name, index }: DetectedImage): string => name ?? `sample ${index}`;

interface OverProps extends Chosen {
  readonly of: string;
  readonly image: DetectedImage;
  readonly objects: readonly ShownObject[];
  readonly classes: readonly string[];
}

/** A picture with the boxes of one side on it. */
function Over({ of, image, objects, classes, threshold, only }: OverProps) {
  const place = useRef<HTMLDivElement>(null);
  const count = useSignal<number | null>(null);
  useEffect(() => {
    let isGone = false;
    const shown = { classes, threshold, ...(only === '' ? {} : { only }) };
    void loadFigures().then(({ figures }) => {
      if (isGone) return;
      const svg = figures.detectionsOver(image, objects, shown);
      const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml');
      const drawn = document.importNode(documentElement, true);
      // As large as the picture.
      for (const side of ['width', 'height']) drawn.removeAttribute(side);
      place.current?.replaceChildren(drawn);
      count.value = figures.detectionsShown(objects, shown).length;
    });
    return () => {
      isGone = true;
    };
  }, [image, objects, classes, threshold, only]);
  const { picture } = image;
  return (
    <figure class="found">
      <div class="over">
        {picture !== null && isPicture(picture) && <img src={picture} alt={`${titleOf(image)}, ${of}`} />}
        <div ref={place} aria-hidden="true" />
      </div>
      <figcaption class="muted">
        {of}
        {count.value === null ? '' : `: ${count.value}`}
      </figcaption>
    </figure>
  );
}

export function DetectionList({ found }: { found: Detections }) {
  const threshold = useSignal(0.5);
  const only = useSignal('');
  const { images, classes, withoutTeacher } = found;
  if (images.length === 0) return <p class="muted">There are no such images.</p>;
  const chosen = { threshold: threshold.value, only: only.value };
  return (
    <>
      <p class="choices">
        <label>
          Score from {(100 * threshold.value).toFixed(0)} %{' '}
          <input
            type="range"
            min="0.05"
            max="1"
            step="0.05"
            value={threshold.value}
            onInput={({ currentTarget }) => {
              threshold.value = Number(currentTarget.value);
            }}
          />
        </label>{' '}
        <label>
          Class{' '}
          <select
            value={only.value}
            onChange={({ currentTarget }) => {
              only.value = currentTarget.value;
            }}
          >
            <option value="">all</option>
            {classes.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </p>
      {withoutTeacher !== null && <p class="muted">{withoutTeacher}</p>}
      <ol class="detections" tabIndex={0} aria-label="Images with what is found in them">
        {images.map((image) => (
          <li key={image.index}>
            <p>
              <strong>{titleOf(image)}</strong>
            </p>
            <div class="sides">
              <Over of="There is" objects={image.truth} {...{ image, classes, ...chosen }} />
              <Over of="Student" objects={image.student} {...{ image, classes, ...chosen }} />
              {image.teacher && (
                <Over of="Teacher" objects={image.teacher} {...{ image, classes, ...chosen }} />
              )}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}
