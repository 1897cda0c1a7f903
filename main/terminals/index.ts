export { Terminals, type TerminalsOptions } from './terminals.ts';
export { terminalMigrations } from './migrations.ts';
