import type { Host } from '#contract/hosts.ts';
import type { NexusError } from '#main/base/errors.ts';
import type { Asked } from '#main/questions/index.ts';
import { expandHome } from '../connection/auth-files.ts';
import { sshError } from '../connection/errors.ts';
import type { Prompts } from './askpass.ts';

/** What answering the prompts of the system's `ssh` may draw on. */
export interface PromptSources {
  secret: (name: string) => string;
  /** Asks a person; undefined where nobody may be asked. */
  ask: ((asked: Asked) => Promise<Record<string, string>>) | undefined;
  /** A further sentence for whoever is asked about the host's key. */
  keyNote?: () => string;
}

/** Prompts are the server's words too: so much of one is shown. */
const MOST_TEXT = 4000;

/** Answers what the system's `ssh` asks about a host: from its secrets, else by a person. @param signal ends what is asked when the login is over */
export function opensshPrompts(host: Host, sources: PromptSources, signal: AbortSignal): Prompts {
  const { password_secret: password, passphrase_secret: passphrase } = host.options;
  const { ask, secret } = sources;
  const noteOn = (prompt: string) => (isHostKey(prompt) ? (sources.keyNote?.() ?? '') : '');
  const question = (prompt: string, more: Pick<Asked, 'kind' | 'title' | 'fields'>): Asked => ({
    ...more,
    text: `${prompt.trim().slice(0, MOST_TEXT)}${noteOn(prompt)}`,
    subject: host.name,
  });
  return {
    async answer(prompt) {
      if (passphrase && asksForPassphrase(host, prompt)) return secret(passphrase);
      if (password && /password:\s*$/i.test(prompt)) return secret(password);
      if (!ask) throw needsPerson(host, prompt, noteOn(prompt));
      const asked = question(prompt, isHostKey(prompt) ? trust(host) : typed(host, prompt));
      return (await ask({ ...asked, signal }))['answer'] ?? '';
    },
    notice(prompt) {
      const asked = question(prompt, { kind: 'other', title: `${host.name} waits`, fields: [] });
      // Only to be read: whether anybody does makes no difference.
      ask?.({ ...asked, signal }).catch(() => undefined);
    },
  };
}

// The passphrase is for ssh, never for the server: a prompt that does not name a key of the host's
// is the server's own.
function asksForPassphrase(host: Host, prompt: string): boolean {
  const file = /^Enter passphrase for (?:key )?'?(.+?)'?:\s*$/.exec(prompt)?.[1];
  return file !== undefined && host.identity.some((one) => expandHome(one) === file);
}

const isHostKey = (prompt: string) =>
  prompt.startsWith('The authenticity of host') && /\(yes\/no/.test(prompt);

function trust(host: Host): Pick<Asked, 'kind' | 'title' | 'fields'> {
  const options = [{ value: 'yes', label: 'Trust it and remember' }];
  return {
    kind: 'host_key',
    title: `Trust ${host.name}?`,
    fields: [{ name: 'answer', label: 'Answer', type: 'choice', options }],
  };
}

function typed(host: Host, prompt: string): Pick<Asked, 'kind' | 'title' | 'fields'> {
  const kind = /passphrase/i.test(prompt)
    ? 'passphrase'
    : /password/i.test(prompt)
      ? 'password'
      : 'code';
  return {
    kind,
    title: `${host.name} asks`,
    fields: [{ name: 'answer', label: 'Answer', type: 'secret' }],
  };
}

function needsPerson(host: Host, prompt: string, more: string): NexusError {
  const details = { host: host.name, retryable: false };
  if (isHostKey(prompt))
    return sshError(
      'host_key_unknown',
      `The host key of ${host.name} is not known: ${/SHA256:[A-Za-z0-9+/]+/.exec(prompt)?.[0] ?? ''}.${more}`,
      `Confirm it: nexus host test ${host.name} in a terminal, or take it unseen with --accept-new.`,
      { details },
    );
  return sshError(
    'auth_needs_person',
    `ssh asks “${prompt.trim().slice(0, 200)}” for ${host.name}, and nobody may be asked.`,
    'Connect from a terminal or the window, or use a key.',
    { details },
  );
}
