import { parseWorkflow } from '../parse.ts';
import { testKinds } from './kinds.ts';

/** Reads a workflow of the kinds for tests. */
export const parse = (source: string, file?: string) =>
  parseWorkflow(source, {
    kinds: testKinds,
    checkCron: (expression) => (expression.split(' ').length < 5 ? 'too few fields.' : undefined),
    ...(file === undefined ? {} : { file }),
  });

/** A workflow of one step, with more lines to it. */
export const step = (rest: string) => `name: x\nsteps:\n  - id: a\n    uses: transform\n${rest}`;
