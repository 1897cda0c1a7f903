/** The language `nexus/v1`: from a text to problems and a compiled workflow. */
export { type ParsedWorkflow, type ParseOptions, parseWorkflow, nameOfFile } from './parse.ts';
export { sourceHash } from './compile.ts';
export type * from './compiled.ts';
export { compileJson, compileString } from './value.ts';
export { problemCodes, type ProblemCode } from './problem-codes.ts';
export type { CheckCron } from './check-triggers.ts';
export { inputTypeProblem } from './input-type.ts';
