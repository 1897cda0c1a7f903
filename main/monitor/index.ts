/** Figures of hosts: collection without an agent, history, alerts. */
export { monitorMigrations } from './migrations.ts';
export { collectFacts } from './collect/facts.ts';
export { Monitor } from './monitor.ts';
export type { Target, Targets } from './targets.ts';
