import { readFile } from 'node:fs/promises';
import type { AnyAuthMethod, AuthenticationType, ParsedKey, Prompt } from 'ssh2';
import type { Host } from '#contract/hosts.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Logger } from '#main/base/log.ts';
import { agentFor } from './agent.ts';
import { keyFiles } from './auth-files.ts';
import { sshError } from './errors.ts';
import { isEncrypted, parsePrivateKey } from './private-key.ts';

/** What logging in may draw on. */
export interface AuthSources {
  /** The value of a secret by name; throws where it is missing or the vault is locked. */
  secret: (name: string) => string;
  /** Asks a person; undefined where nobody may be asked. */
  ask: ((asked: AuthQuestion) => Promise<Record<string, string>>) | undefined;
  log: Logger;
  /**
   * Whether there are keys that another client could log in with; asked before a person is asked
   * for a password. Undefined where there is no other client.
   */
  otherKeys?: () => Promise<boolean>;
}

export interface AuthQuestion {
  kind: 'password' | 'passphrase' | 'code';
  title: string;
  text: string;
  fields: { name: string; label: string; type: 'text' | 'secret' }[];
  /** Ends the question with the login. */
  signal?: AbortSignal;
}

type Method = AnyAuthMethod | false;
const PASSWORD_TRIES = 3;

/**
 * The ways to log in, one after the other, in OpenSSH's order: keys of the agent, keys in files,
 * keyboard-interactive, password. Nobody is asked for what the server does not take.
 *
 * @throws NexusError (from `next`) when a person refuses or a secret is missing: that ends it
 */
export class Authenticator {
  readonly #host: Host;
  readonly #user: string;
  readonly #sources: AuthSources;
  readonly #methods: AsyncGenerator<Method, void, AuthenticationType[]>;
  #started = false;
  /** What was tried, for the error. */
  readonly tried: string[] = [];

  constructor(host: Host, user: string, sources: AuthSources) {
    this.#host = host;
    this.#user = user;
    this.#sources = sources;
    this.#methods = this.#all();
  }

  /** What to try next; false when nothing is left. @param left what the server would take, null before it said @param partial whether it accepted the last and wants more */
  async next(left: AuthenticationType[] | null, partial: boolean | null): Promise<Method> {
    if (!this.#started) {
      this.#started = true;
      // Also tells what the server takes.
      return { type: 'none', username: this.#user };
    }
    this.#left = left ?? [];
    if (partial) this.#accepted += 1;
    const { value, done } = await this.#methods.next(this.#left);
    return done || value === undefined ? false : value;
  }

  #left: AuthenticationType[] = [];
  /** Factors that the server has accepted so far. */
  #accepted = 0;

  #takes(method: AuthenticationType): boolean {
    return this.#left.includes(method);
  }

  async *#all(): AsyncGenerator<Method, void, AuthenticationType[]> {
    // A server that wants two factors says so after the first: it is gone through twice.
    for (let round = 0; round < 3; round += 1) {
      const before = this.#accepted;
      if (this.#takes('publickey') && round < 2) yield* this.#keys();
      if (this.#accepted === 0 && this.#takes('publickey')) await this.#leaveToOthers();
      // Both would ask for the same password: a secret goes by the one that needs no prompt.
      if (this.#takes('password') && this.#host.options.password_secret) yield* this.#passwords(1);
      if (this.#takes('keyboard-interactive')) yield* this.#keyboard();
      if (this.#takes('password') && !this.#host.options.password_secret)
        yield* this.#passwords(PASSWORD_TRIES);
      if (this.#accepted === before) return;
    }
  }

  async #leaveToOthers(): Promise<void> {
    if (!(await this.#sources.otherKeys?.())) return;
    throw sshError(
      'keys_unusable',
      `${this.#host.name} takes none of the keys that the built-in client can use. There are others: FIDO2 keys or certificates.`,
      'The system’s ssh can use them: install the OpenSSH client.',
      { details: { host: this.#host.name, retryable: false } },
    );
  }

  async *#keys(): AsyncGenerator<Method> {
    const username = this.#user;
    const files = keyFiles(this.#host);
    const agent = await agentFor(this.#host, files, this.#sources.log);
    if (agent && agent.count > 0) {
      this.tried.push(`${agent.count} keys of the agent`);
      yield { type: 'agent', username, agent: agent.agent };
    }
    for (const file of files) {
      if (!this.#takes('publickey')) return;
      const key = await this.#readKey(file, agent?.blobs ?? []);
      if (!key) continue;
      this.tried.push(file);
      yield { type: 'publickey', username, key };
    }
  }

  async #readKey(file: string, offered: Buffer[]): Promise<ParsedKey | undefined> {
    let text: Buffer;
    try {
      text = await readFile(file);
    } catch (cause) {
      // A name that the person gave and that cannot be read is worth a word; the others go on.
      this.#sources.log.warn('a key file cannot be read', { file, error: cause });
      this.tried.push(`${file} (cannot be read)`);
      return undefined;
    }
    const open = parsePrivateKey(text);
    if (open && offered.some((blob) => blob.equals(open.getPublicSSH()))) return undefined;
    if (open) return open;
    if (!isEncrypted(text)) {
      this.tried.push(`${file} (not a key that can be used)`);
      return undefined;
    }
    return this.#decrypt(file, text);
  }

  async #decrypt(file: string, text: Buffer): Promise<ParsedKey | undefined> {
    const { passphrase_secret: name } = this.#host.options;
    if (name) {
      const key = parsePrivateKey(text, this.#sources.secret(name));
      if (key) return key;
      throw sshError(
        'passphrase_wrong',
        `The secret ${name} is not the passphrase of ${file}.`,
        'Correct the secret, or the host’s passphrase_secret.',
        { details: { host: this.#host.name, retryable: false } },
      );
    }
    const { ask } = this.#sources;
    if (!ask) {
      this.tried.push(`${file} (its passphrase would have to be asked)`);
      return undefined;
    }
    for (let attempt = 1; attempt <= PASSWORD_TRIES; attempt += 1) {
      const again = attempt === 1 ? '' : 'That was not the passphrase. ';
      const { passphrase = '' } = await ask({
        kind: 'passphrase',
        title: `Passphrase of ${file}`,
        text: `${again}The key is needed to log in to ${this.#host.name} as ${this.#user}.`,
        fields: [{ name: 'passphrase', label: 'Passphrase', type: 'secret' }],
      });
      const key = parsePrivateKey(text, passphrase);
      if (key) return key;
    }
    this.tried.push(`${file} (wrong passphrase)`);
    return undefined;
  }

  async *#passwords(tries: number): AsyncGenerator<Method> {
    const username = this.#user;
    const { password_secret: name } = this.#host.options;
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      if (!this.#takes('password')) return;
      let password: string;
      if (name) password = this.#sources.secret(name);
      else {
        const { ask } = this.#sources;
        if (!ask) return;
        ({ password = '' } = await ask({
          kind: 'password',
          title: `Password for ${username}@${this.#host.name}`,
          text: attempt === 1 ? 'The host asks for a password.' : 'That was not the password.',
          fields: [{ name: 'password', label: 'Password', type: 'secret' }],
        }));
      }
      this.tried.push('password');
      yield { type: 'password', username, password };
    }
  }

  async *#keyboard(): AsyncGenerator<Method> {
    const { ask } = this.#sources;
    const secret = this.#host.options.password_secret;
    if (!ask && !secret) return;
    const tries = ask ? PASSWORD_TRIES : 1;
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      if (!this.#takes('keyboard-interactive')) return;
      this.tried.push('keyboard-interactive');
      yield {
        type: 'keyboard-interactive',
        username: this.#user,
        prompt: (name, instructions, _language, prompts, finish) => {
          this.#answer(name, instructions, prompts, attempt)
            .then(finish)
            .catch((error: unknown) => this.onError(error));
        },
      };
    }
  }

  /** Told when a prompt of keyboard-interactive could not be answered; set by whoever connects. */
  onError: (error: unknown) => void = () => undefined;

  async #answer(
    name: string,
    instructions: string,
    prompts: Prompt[],
    attempt: number,
  ): Promise<string[]> {
    const { password_secret: secret } = this.#host.options;
    const only = prompts.length === 1 ? prompts[0] : undefined;
    if (secret && only && attempt === 1 && only.echo !== true && /password/i.test(only.prompt))
      return [this.#sources.secret(secret)];
    const { ask } = this.#sources;
    if (!ask)
      throw new NexusError({
        code: 'ssh.auth_needs_person',
        message: `${this.#host.name} asks “${only?.prompt.trim() ?? name}”, and nobody may be asked.`,
        hint: 'Connect from a terminal or the window, or use a key.',
        kind: 'operational',
        details: { host: this.#host.name, retryable: false },
      });
    const fields = prompts.map((prompt, index) => ({
      name: `answer_${index}`,
      label: prompt.prompt.trim().replace(/:$/, '').slice(0, 200) || 'Answer',
      type: prompt.echo ? ('text' as const) : ('secret' as const),
    }));
    const values = await ask({
      kind: 'code',
      title: `${this.#host.name} asks for more`,
      text:
        [name, instructions].filter(Boolean).join(': ').slice(0, 2000) ||
        `Logging in as ${this.#user}.`,
      fields,
    });
    return fields.map((field) => values[field.name] ?? '');
  }
}
