/**
 * What the page asks of the server, and what it is answered: types, and the paths of the requests. All is JSON unless it says otherwise; whatever is wrong is an `ApiError`
 * with a status of 4xx or 5xx. A run's id is its folder relative to the folder of runs, with `/`; that folder itself, where it is a run, has the id `.`.
 */
import type { DiagnosedWeights, Diagnosis, DiagnosisName } from './diagnoses.ts';

export type * from './diagnoses.ts';

/** Where requests go. A run's id is one part of the path. */
export const paths = {
  /** GET: `RunList`. */
  runs: '/api/runs',
  /** GET `?ids=a,b`: `Comparison`. */
  compare: '/api/compare',
  /** GET: server-sent events, see `BoardEvents`. */
  events: '/api/events',
  /** GET: `RunDetail`. */
  run: (id: string) => `/api/runs/${encodeURIComponent(id)}` as const,
  /** GET `?names=a,b&points=1000&from=&to=`: `SeriesAnswer`. */
  series: (id: string) => `/api/runs/${encodeURIComponent(id)}/series` as const,
  /** GET `?tail=500`: `LogAnswer`. */
  log: (id: string) => `/api/runs/${encodeURIComponent(id)}/log` as const,
  /** GET: `DiagnosesAnswer`. POST `DiagnosesAsked`: 202 with a `DiagnosesAnswer`. */
  diagnoses: (id: string) => `/api/runs/${encodeURIComponent(id)}/diagnoses` as const,
  /** PUT `Partial<Mine>`: `Mine`. */
  mine: (id: string) => `/api/mine/${encodeURIComponent(id)}` as const,
  /** GET: the bytes of a file of the exported student, e.g. `onnx/model.onnx`. */
  studentFile: (id: string, file: string) =>
    `/api/runs/${encodeURIComponent(id)}/student/${file.split('/').map(encodeURIComponent).join('/')}` as const,
  /** POST bytes of an image (`image/*`), or `TextAsked`: `TeacherAnswer`. */
  teacher: (id: string) => `/api/runs/${encodeURIComponent(id)}/teacher` as const,
};

/** Answers with a status of 4xx or 5xx. */
export interface ApiError {
  /** A sentence. */
  readonly error: string;
}

/** As `run.json` has it; `killed` where it says `running` and the process is gone; `unreadable` where it cannot be understood. */
export type RunStatus = 'running' | 'finished' | 'stopped' | 'killed' | 'failed' | 'unreadable';

/** What a user keeps of a run. */
export interface Mine {
  readonly tags: readonly string[];
  readonly note: string;
  readonly isPinned: boolean;
  readonly isHidden: boolean;
}

/** The score by which the best weights are chosen. */
export interface HeadlineScore {
  readonly metric: string;
  readonly better: 'higher' | 'lower';
  /** On the test split: when it was last evaluated, of the best weights, and of the teacher. */
  readonly last: number | null;
  readonly best: number | null;
  readonly teacher: number | null;
}

export interface RunRow {
  readonly id: string;
  /** The last part of the folder, or the two last for a seed of several. */
  readonly name: string;
  /** Equal for runs that differ in nothing but their seed; empty for one that is unreadable. */
  readonly group: string;
  readonly status: RunStatus;
  /** The machine that it ran on by its name, where that is not this one: there its process cannot be seen. */
  readonly elsewhere: string | null;
  /** What a failed run said, or why it cannot be read. */
  readonly problem: string | null;
  readonly task: string | null;
  readonly method: string | null;
  readonly student: string | null;
  readonly teacher: string | null;
  readonly data: string | null;
  /** The recipe's name. */
  readonly recipe: string | null;
  readonly seed: number | null;
  /** ISO; empty for one that is unreadable. */
  readonly started: string;
  readonly ended: string | null;
  /** In training, evaluation aside. */
  readonly seconds: number | null;
  readonly epochsDone: number;
  readonly epochsTotal: number | null;
  readonly headline: HeadlineScore | null;
  /** The headline on the test split over epochs, at most 32 places. */
  readonly spark: readonly number[];
  /** Of the student; null until the run has ended. */
  readonly parameters: number | null;
  readonly mine: Mine;
}

/** Runs that differ in nothing but their seed. */
export interface RunGroup {
  /** As rows have it in `group`. */
  readonly group: string;
  readonly name: string;
  readonly ids: readonly string[];
}

export interface RunList {
  /** The folder of runs, as it was named. */
  readonly folder: string;
  /** The newest first. */
  readonly runs: readonly RunRow[];
  /** Those of two runs and more. */
  readonly groups: readonly RunGroup[];
  /** A sentence for each thing that is left out, such as a folder that cannot be read. */
  readonly notes: readonly string[];
  /** Whether folders are still being read for the first time: rows that are not there yet come as events. */
  readonly isReading: boolean;
}

/** What is exported of a run: a model folder within its own. */
export interface Exported {
  /** Relative to it, with `/`, e.g. `onnx/model.onnx`. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly kind: 'images' | 'texts' | 'pairs' | null;
}

/** What a run was begun with, by content. */
export interface InputOfRun {
  readonly sha256: string;
  readonly from?: string | undefined;
}

export interface RunDetail extends RunRow {
  readonly folder: string;
  /** That repeats it; empty where none does. */
  readonly command: string;
  /** `recipe.yaml`. */
  readonly recipeText: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<string, unknown>>;
  readonly machine: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, InputOfRun>> | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  /**
   * Names of series. What a line of an epoch says is `train/loss`, `train/ce`, `train/top1`, `train/samplesPerSecond`, `lr`, `test/top1`, `validation/top1`; what is said between two
   * epochs begins with `step/`: `step/train/ce`, `step/train/loss`, `step/lr`, `step/gradientNorm`, `step/train/samplesPerSecond`, `step/test/top1`.
   */
  readonly scalars: readonly string[];
  /** Those of them that are terms of the loss, each times its weight. */
  readonly terms: readonly string[];
  /** On the test split, by name; null where it was not evaluated. */
  readonly teacherScores: Readonly<Record<string, number>> | null;
  /** Of the student, for one sample; null until the run is finished, and for runs that do not say it. */
  readonly multiplyAdds: number | null;
  readonly latencies: readonly LatencyShown[];
  /** Of a running one, as its epochs and steps went until now; null where that cannot be said yet. */
  readonly remainingSeconds: number | null;
  /** A sentence for each thing that could not be read. */
  readonly notes: readonly string[];
  readonly exported: Exported | null;
  /** That exports its student to where it is found. */
  readonly exportCommand: string;
}

export interface Series {
  readonly name: string;
  /** Steps from the beginning, counted over stages; epochs where `unit` says so. */
  readonly x: readonly number[];
  /** Null for what was no finite number. */
  readonly y: readonly (number | null)[];
  /** Before they were thinned out. */
  readonly rows: number;
}

export interface SeriesAnswer {
  /** Of what x counts: epochs where the run logged no steps. */
  readonly unit: 'step' | 'epoch';
  /** In the order of the names; one that the run has not is left out. */
  readonly series: readonly Series[];
  /** Where epochs end, in x; at most `points` of them. */
  readonly epochEnds: readonly number[];
}

export interface LogAnswer {
  readonly lines: readonly string[];
}

export interface GroupScore {
  readonly mean: number;
  /** Of the sample; 0 for one run. */
  readonly deviation: number;
  readonly n: number;
}

export interface ComparedGroup {
  readonly name: string;
  readonly ids: readonly string[];
  /** How many of them are finished: these alone count, where there are some. */
  readonly finished: number;
  /** The last of each number that epochs have, the best score (`test/top1 (best)`), the teacher's (`teacher/top1`), `epochs`, `seconds`. */
  readonly scores: Readonly<Record<string, GroupScore>>;
}

/** A setting that is not the same in all groups, with what it is in each. */
export interface SettingCompared {
  readonly path: string;
  readonly values: readonly string[];
}

/** How long a sample takes, in milliseconds: a median, over a group the mean of its runs'. */
export interface LatencyShown {
  /** Machine, runtime, threads, precision and batch as text: numbers of other conditions belong on no common axis. */
  readonly conditions: string;
  readonly ms: number;
}

export interface Cost {
  /** Of the group. */
  readonly group: string;
  readonly parameters: number | null;
  /** Of one sample; null where no run is finished that says it. */
  readonly multiplyAdds: number | null;
  /** Empty where it was not measured. */
  readonly latencies: readonly LatencyShown[];
  /** The headline's mean. */
  readonly score: number | null;
  /** Whether no other group is as good for fewer parameters. */
  readonly isOnFront: boolean;
}

export interface Comparison {
  readonly groups: readonly ComparedGroup[];
  /** Tags of `scores` in their order: how well the student does first. */
  readonly tags: readonly string[];
  /** Which of them are terms of the loss, each times its weight. */
  readonly terms: readonly string[];
  readonly headline: { readonly metric: string; readonly better: 'higher' | 'lower' } | null;
  readonly settings: readonly SettingCompared[];
  /** Data, teachers and initial weights that are not the same by content. */
  readonly inputs: readonly SettingCompared[];
  /** Versions, machines and precision that are not the same. */
  readonly versions: readonly SettingCompared[];
  readonly cost: readonly Cost[];
  /** The command that measures the latency of all groups in one place; null where that is done, or none is finished. */
  readonly measureCommand: string | null;
  readonly notes: readonly string[];
}

export interface DiagnosesAsked {
  readonly what: readonly DiagnosisName[];
  /** Also what is known: where the teacher or the data are back since, say. */
  readonly again?: boolean | undefined;
}

export interface DiagnosesAnswer {
  readonly results: readonly Diagnosis[];
  /** Of whom they are, and of how many samples; null where none was made of the weights as they are. */
  readonly weights: DiagnosedWeights | null;
  readonly samples: number | null;
  readonly split: 'test' | 'train' | null;
  /** At work: the process that is asked for them answers all of them together. */
  readonly running: readonly DiagnosisName[];
  /** Behind others, of this run or of another. */
  readonly waiting: readonly DiagnosisName[];
  readonly failed: readonly { readonly what: DiagnosisName; readonly error: string }[];
}

export interface TextAsked {
  readonly text: string;
  /** The second of a pair. */
  readonly pair?: string | undefined;
}

/** A class, and how likely it is. */
export interface LikelyClass {
  readonly name: string;
  readonly probability: number;
}

export interface TeacherAnswer {
  /** The likeliest first, at most five. */
  readonly answers: readonly LikelyClass[];
}

/** Server-sent events by their names, with what `data` is as JSON. */
export interface BoardEvents {
  /** Rows that are new or changed, and ids of runs that have gone. */
  readonly runs: { readonly rows: readonly RunRow[]; readonly gone: readonly string[] };
  /** There are new rows in a run's log, `rows` in all. */
  readonly series: { readonly id: string; readonly rows: number };
  /** Diagnoses of a run have begun or ended. */
  readonly diagnoses: { readonly id: string };
}
