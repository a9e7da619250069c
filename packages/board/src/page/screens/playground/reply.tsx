/** What student and teacher say. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { paths, type RunDetail, type TeacherAnswer } from '../../../api.ts';
import { ask, send } from '../../client/ask.ts';
import { follow } from '../../client/follow.ts';
import type { Answered, Question } from '../../inference/messages.ts';
import type { Student } from '../../inference/student.ts';
import { durationText, valueText } from '../../model/format.ts';
import { networkText } from '../../model/network-text.ts';
import { Answers } from '../../parts/answers.tsx';
import { Notice } from '../../parts/notice.tsx';

const askTeacher = (id: string, question: Question, signal: AbortSignal): Promise<TeacherAnswer> =>
  'image' in question
    ? ask(paths.teacher(id), {
        method: 'POST',
        headers: { 'Content-Type': question.image.type },
        body: question.image,
        signal,
      })
    : send(
        'POST',
        paths.teacher(id),
        { text: question.text, ...(question.pair && { pair: question.pair }) },
        signal,
      );

function OfStudent({ student, question }: { student: Student | null; question: Question }) {
  const answer = useSignal<Answered | null>(null);
  const error = useSignal<string | null>(null);
  useEffect(() => {
    answer.value = null;
    return student ? follow(student.ask(question), answer, error) : undefined;
  }, [student, question]);
  const found = answer.value;
  if (error.value) return <Notice kind="problem">The student could not answer: {error.value}</Notice>;
  if (!found) return <p class="muted">The student thinks…</p>;
  return (
    <div>
      {found.value === null ? (
        <Answers title="Student" answers={found.answers} />
      ) : (
        <>
          <h3>Student</h3>
          <p class="value number">{valueText(found.value)}</p>
        </>
      )}
      <p class="muted">{durationText(found.milliseconds / 1000)} in this page, on one thread.</p>
    </div>
  );
}

function OfTeacher({ run, question }: { run: RunDetail; question: Question }) {
  const answer = useSignal<TeacherAnswer | null>(null);
  const error = useSignal<string | null>(null);
  useEffect(() => {
    answer.value = null;
    const controller = new AbortController();
    const leave = follow(askTeacher(run.id, question, controller.signal), answer, error);
    return () => {
      leave();
      controller.abort();
    };
  }, [run.id, question]);
  if (error.value) return <Notice kind="problem">The teacher could not answer: {error.value}</Notice>;
  if (!answer.value) return <p class="muted">The teacher is asked on the server…</p>;
  return (
    <div>
      <Answers title="Teacher" answers={answer.value.answers} />
      <p class="muted">{networkText(run.teacher)}, on the server.</p>
    </div>
  );
}

export function Reply({
  run,
  student,
  question,
}: {
  run: RunDetail;
  student: Student | null;
  question: Question;
}) {
  return (
    <div class="reply" aria-live="polite">
      <OfStudent student={student} question={question} />
      {run.teacher !== null && <OfTeacher run={run} question={question} />}
    </div>
  );
}
