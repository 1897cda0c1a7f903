import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { roleAllows } from '#contract/define.ts';
import type { Question, QuestionEvent } from '#contract/questions.ts';
import { api, client } from '#renderer/client/api.ts';
import { useConnection } from '#renderer/client/connectionStore.ts';
import { useStream } from '#renderer/client/useStream.ts';
import { QuestionDialog } from './QuestionDialog.tsx';

interface Asked {
  /** The connection over which they came: after a reconnect all that are open come again. */
  generation: number;
  open: Question[];
}

/** What is open after these events. */
export function applyEvents(before: Question[], events: QuestionEvent[]): Question[] {
  let open = before;
  for (const event of events) {
    const id = event.type === 'asked' ? event.question.id : event.id;
    const others = open.filter((one) => one.id !== id);
    open = event.type === 'asked' ? [...others, event.question] : others;
  }
  return open;
}

/** Shows what Nexus has to ask, on whatever page one is: a host's key, a password, a code. */
export function QuestionHost() {
  const { data: me } = useQuery(api.platform.whoami.queryOptions({ input: {} }));
  const generation = useConnection((connection) => connection.generation);
  const [asked, setAsked] = useState<Asked>({ generation, open: [] });
  const mayAnswer = me !== undefined && roleAllows(me.role, 'operator');
  useStream(
    mayAnswer ? 'questions' : null,
    (signal) => client.questions.watch({}, { signal }),
    (events) =>
      setAsked((before) => ({
        generation,
        open: applyEvents(before.generation === generation ? before.open : [], events),
      })),
  );
  const open = asked.generation === generation ? asked.open : [];
  const [first] = open;
  if (!first) return null;
  return <QuestionDialog key={first.id} question={first} waiting={open.length - 1} />;
}
