import { createQuestions } from '#main/questions/index.ts';
import { createSsh, FileExchange, HostOperations, productionGate } from '#main/ssh/index.ts';
import { Terminals } from '#main/terminals/index.ts';
import { loginSecrets } from './loginSecrets.ts';
import type { Base, Parts } from './parts.ts';

type HostParts = Pick<Parts, 'questions' | 'ssh' | 'hosts' | 'files' | 'terminals'> & {
  gate: ReturnType<typeof productionGate>;
};

/** The SSH fabric, what is done on hosts, and terminals on them and on this machine. */
export function createHosts(base: Base): HostParts {
  const { options, paths, db, clock, log, redactor, settings, notifications } = base;
  const questions = createQuestions({
    clock,
    mustBeWatched: options.mode === 'command',
    onAsked: ({ title }) => {
      notifications.notify({ level: 'warn', title, body: 'Nexus waits for an answer.' });
    },
  });
  const gate = productionGate(() => settings.get()['ssh.production_approval'] === 'on');
  const ssh = createSsh({
    db,
    home: paths.home,
    clock,
    log: log.part('ssh'),
    questions,
    gate,
    secrets: loginSecrets(base, questions),
  });
  return {
    questions,
    ssh,
    hosts: new HostOperations({ fabric: ssh, questions, gate, clock }),
    files: new FileExchange({ fabric: ssh, questions, gate, clock }),
    gate,
    terminals: new Terminals({
      db,
      clock,
      log: log.part('terminals'),
      redactor,
      logs: paths.logs,
      scrollback: () => settings.get().terminal_scrollback,
      notify: (note) => void notifications.notify(note),
      openHostShell: (host, shell) => ssh.shell(host, shell),
      hostId: (name) => ssh.hosts.find(name)?.id,
    }),
  };
}
