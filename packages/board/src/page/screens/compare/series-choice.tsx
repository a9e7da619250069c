/** Which series are drawn. */
import { hasAll, wordsIn } from '../../model/search.ts';

export function SeriesChoice({
  offered,
  text,
  chosen,
  onChange,
}: {
  offered: readonly string[];
  /** Words of the search. */
  text: string;
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  const words = wordsIn(text);
  const found = offered.filter((tag) => hasAll(tag, words));
  return (
    <fieldset class="choices">
      <legend class="unseen">Series</legend>
      {found.map((tag) => (
        <label key={tag} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(tag)}
            onChange={({ currentTarget }) =>
              onChange(currentTarget.checked ? [...chosen, tag] : chosen.filter((other) => other !== tag))
            }
          />
          {tag}
        </label>
      ))}
      {found.length === 0 && <span class="muted">No series matches.</span>}
    </fieldset>
  );
}
