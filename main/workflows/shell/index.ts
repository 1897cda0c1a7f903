/** Binding the values of expressions into shell scripts, as data. */
export { bindShell, type BindOptions, type BoundScript } from './bind.ts';
