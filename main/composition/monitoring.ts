import type { Services } from '#main/api/index.ts';
import { Alerts, Monitor, sshTargets, thisMachine } from '#main/monitor/index.ts';
import type { Base, Parts } from './parts.ts';
import type { StartByItself } from './workflows.ts';

type Needed = Base & Pick<Parts, 'alertTriggers' | 'ssh'> & { start: StartByItself };

/** Figures of hosts and the alerts over them, joined, and kept in line with the inventory. */
export function createMonitoring(needed: Needed): { monitor: Monitor; alerts: Alerts } {
  const { db, clock, log, notifications, alertTriggers, start, ssh } = needed;
  const targets = sshTargets(ssh);
  const alerts = new Alerts({
    db,
    clock,
    log: log.part('alerts'),
    targets,
    here: thisMachine,
    notify: (note) => void notifications.notify(note),
    workflows: (alert) => alertTriggers.matching(alert),
    async start(workflow, inputs, trigger, dedupeKey) {
      const { run, skipped } = await start(workflow, inputs, trigger, { dedupeKey });
      return { run: run.id, skipped };
    },
  });
  const monitor = new Monitor({
    db,
    clock,
    log: log.part('monitor'),
    targets,
    onLook: (look) => alerts.look(look),
    onHosts: (monitored) => alerts.hostsChanged(monitored),
  });
  for (const change of ['host_added', 'host_changed'] as const)
    ssh.events.on(change, () => monitor.hostsChanged());
  ssh.events.on('host_removed', ({ id }) => {
    monitor.hostRemoved(id);
    monitor.hostsChanged();
  });
  ssh.events.on('health', ({ host, state }) => {
    if (state === 'connected') monitor.hostReached(host);
  });
  return { monitor, alerts };
}

/** What the operations about figures and alerts are bound to. */
export function monitorService({ monitor, alerts }: Parts): Pick<Services, 'monitor' | 'alerts'> {
  return {
    monitor: {
      hosts: () => monitor.hosts(),
      set: ({ host, monitored, interval_seconds: seconds }) =>
        monitor.set(host, {
          ...(monitored === undefined ? {} : { monitored }),
          ...(seconds === undefined ? {} : { intervalMs: seconds * 1000 }),
        }),
      metrics: (host) => monitor.metrics(host),
      latest: (host) => monitor.latest(host),
      look: (host) => monitor.look(host),
      facts: (host) => monitor.facts(host),
      series: ({ from, to, ...question }) =>
        monitor.series({ ...question, from: Date.parse(from), to: Date.parse(to) }),
      live: (host, signal) => monitor.live(host, signal),
    },
    alerts: {
      rules: () => alerts.rules(),
      add: (fields) => alerts.add(fields),
      update: ({ id, ...fields }) => alerts.update(id, fields),
      remove: (id) => alerts.remove(id),
      setPaused: (id, paused) => alerts.setPaused(id, paused),
      states: (filter) => alerts.states(filter),
      history: (limit) => alerts.history(limit),
      watch: (signal) => alerts.watch(signal),
    },
  };
}
