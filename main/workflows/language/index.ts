/** The language `nexus/v1`: from a text to problems and a compiled workflow. */
export { type ParsedWorkflow, type ParseOptions, parseWorkflow, nameOfFile } from './parse.ts';
export { sourceHash } from './compile.ts';
export type * from './compiled.ts';
export { compileJson } from './value.ts';
export type { CheckCron } from './check-triggers.ts';
export { workflowJsonSchema } from './json-schema.ts';
export { kindInfo } from './kind-info.ts';
export { type ExpressionName, namesAt, type NamesOptions, previewExpression } from './preview.ts';
export { readSource } from './source.ts';
