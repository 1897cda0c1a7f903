/** Figures of hosts: collection without an agent, history, alerts. */
export { Alerts } from './alerts/alerts.ts';
export { monitorMigrations } from './migrations.ts';
export { plainValue } from './alerts/plainValue.ts';
export { Monitor, thisMachine } from './monitor.ts';
export { sshTargets } from './sshTargets.ts';
export type { Target, Targets } from './targets.ts';
