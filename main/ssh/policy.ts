import { createHash } from 'node:crypto';
import type { Host } from '#contract/hosts.ts';

/** Something that is about to happen on hosts. */
export interface HostAction {
  operation: 'exec' | 'upload' | 'download' | 'shell' | 'file' | 'forward';
  /** The exact command, or what goes where. Of a shell nobody knows what will be typed. */
  command: string;
  hosts: Pick<Host, 'id' | 'name' | 'address' | 'port' | 'user' | 'environment'>[];
}

/** Whether it may go on, or needs somebody's word for exactly this. */
export type GateAnswer =
  | { allow: true }
  | { allow: false; hash: string; title: string; text: string };

/** Asked before anything happens on hosts. */
export interface PolicyGate {
  check(action: HostAction): GateAnswer;
}

/**
 * SHA-256 over what will be done and where: an approval is for this and nothing else. Changing the
 * command, a host's address or the list of hosts gives another hash.
 */
export function actionHash({ operation, command, hosts }: HostAction): string {
  const where = hosts
    .map(({ id, name, address, port, user }) => [id, name, address, port, user ?? ''])
    .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([operation, command, where]))
    .digest('hex');
}

const isProduction = (host: HostAction['hosts'][number]) =>
  /^prod(uction)?$/i.test(host.environment ?? '');

/** The rule of the setting `ssh.production_approval`: on hosts marked production nothing happens without a person's word. */
export function productionGate(required: () => boolean): PolicyGate {
  return {
    check(action) {
      const production = action.hosts.filter(isProduction);
      if (production.length === 0 || !required()) return { allow: true };
      const hash = actionHash(action);
      const names = action.hosts.map((host) => host.name).join(', ');
      return {
        allow: false,
        hash,
        title:
          action.hosts.length === 1
            ? `Go on with this on ${names}?`
            : `Go on with this on ${action.hosts.length} hosts?`,
        text: `${VERB[action.operation]}\n${action.command}\n\nHosts: ${names}\nProduction: ${production.map((host) => host.name).join(', ')}\nSHA-256: ${hash}`,
      };
    },
  };
}

const VERB = {
  exec: 'Run:',
  upload: 'Upload:',
  download: 'Download:',
  shell: 'Open:',
  file: 'Change:',
  forward: 'Forward:',
};
