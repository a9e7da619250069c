/** A student that was loaded, and what it is asked. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Exported, RunDetail } from '../../../api.ts';
import { follow } from '../../client/follow.ts';
import { type GraphName, graphs } from '../../inference/graphs.ts';
import type { Question } from '../../inference/messages.ts';
import { loadStudent, type Student } from '../../inference/student.ts';
import { bytesText } from '../../model/format.ts';
import { Notice } from '../../parts/notice.tsx';
import { AskImage } from './ask-image.tsx';
import { AskText } from './ask-text.tsx';
import { Reply } from './reply.tsx';

const words: Readonly<Record<GraphName, string>> = { fp32: 'float32', fp16: 'float16', q8: 'int8' };
const names = Object.keys(graphs) as GraphName[];

function graphsOf({ files }: Exported) {
  return names.flatMap((name) => {
    const file = files.find((file) => file.name === `onnx/model${graphs[name]}.onnx`);
    return file ? [{ name, bytes: file.bytes }] : [];
  });
}

export function Trial({ run, exported }: { run: RunDetail; exported: Exported }) {
  const there = graphsOf(exported);
  const graph = useSignal<GraphName>(there[0]?.name ?? 'fp32');
  const student = useSignal<Student | null>(null);
  const error = useSignal<string | null>(null);
  const question = useSignal<Question | null>(null);

  useEffect(() => {
    student.value = null;
    const loading = loadStudent(run.id, exported, graph.value);
    const leave = follow(loading, student, error);
    return () => {
      leave();
      loading.then((loaded) => loaded.dispose()).catch(() => undefined);
    };
  }, [run.id, graph.value]);

  if (there.length === 0) return <Notice kind="problem">The exported folder has no graph in onnx/.</Notice>;
  const ask = (next: Question): void => {
    question.value = next;
  };
  return (
    <>
      <div class="toolbar">
        <label>
          Graph{' '}
          <select
            value={graph.value}
            onChange={({ currentTarget }) => {
              const chosen = there.find(({ name }) => name === currentTarget.value);
              if (chosen) graph.value = chosen.name;
            }}
          >
            {there.map(({ name, bytes }) => (
              <option key={name} value={name}>
                {words[name]}, {bytesText(bytes)}
              </option>
            ))}
          </select>
        </label>
        <span class="muted" role="status">
          {student.value ? 'The student runs in this page.' : error.value ? '' : 'The student is loaded…'}
        </span>
      </div>
      {error.value && <Notice kind="problem">The student could not be loaded: {error.value}</Notice>}
      <div class="trial">
        {exported.kind === 'texts' || exported.kind === 'pairs' ? (
          <AskText arePairs={exported.kind === 'pairs'} onAsk={ask} />
        ) : (
          <AskImage onAsk={ask} />
        )}
        {question.value && <Reply run={run} student={student.value} question={question.value} />}
      </div>
    </>
  );
}
