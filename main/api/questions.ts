import type { Handlers } from './handlerTypes.ts';
import type { Services } from './services.ts';

/** The operations on questions, one line each. */
export function questionHandlers(questions: Services['questions']): Handlers['questions'] {
  return {
    list: () => ({ questions: questions.list() }),
    watch: (_, { signal }) => questions.watch(signal),
    answer: ({ id, values }) => {
      questions.answer(id, values);
      return {};
    },
    refuse: ({ id }) => {
      questions.refuse(id);
      return {};
    },
  };
}
