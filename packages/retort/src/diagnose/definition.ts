/** What a diagnosis is. */
import type { DiagnosedRun } from './run.ts';
import type { DiagnosisName, Findings } from './types.ts';

/** What is found, without the heading that all have; `from` where it is not of the weights. */
type Found<One> = One extends Findings
  ? Omit<One, 'what' | 'title' | 'from'> & { readonly from?: string }
  : never;

/** A diagnosis by its name. */
export interface Definition<What extends DiagnosisName = DiagnosisName> {
  readonly what: What;
  /** In plain English. */
  readonly title: string;
  /** @throws Silence where there is nothing to say of the run */
  find(run: DiagnosedRun): Promise<Found<Extract<Findings, { what: What }>>>;
}

export const defineDiagnosis = <What extends DiagnosisName>(one: Definition<What>): Definition<What> => one;
