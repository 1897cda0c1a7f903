import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { BaseAgent as Agent, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import type { Host } from '#contract/hosts.ts';
import type { Logger } from '#main/base/log.ts';
import { BaseAgent, createAgent } from '../ssh2.ts';
import { keyType } from '../keys/known-hosts.ts';
import { expandHome } from './auth-files.ts';
import { parseKey } from './private-key.ts';

/** An agent with the keys that may be offered, the host's own first. */
export interface ChosenAgent {
  agent: Agent;
  count: number;
  /** The public keys, to not offer them a second time from files. */
  blobs: Buffer[];
}

/** Offering more makes most servers hang up (MaxAuthTries 6) before another way gets its turn. */
const MOST_KEYS = 5;

/** Where the agent listens: the host's choice, else the environment's, else Windows' own. */
export function agentAddress(host: Pick<Host, 'options'>): string | undefined {
  const chosen = host.options.identity_agent;
  if (chosen === 'none') return undefined;
  if (chosen && chosen !== 'SSH_AUTH_SOCK') return expandHome(chosen);
  const inherited = process.env['SSH_AUTH_SOCK'];
  if (inherited) return inherited;
  return process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : undefined;
}

/** The agent's keys for this host; undefined where there is no agent, or it does not answer. */
export async function agentFor(
  host: Host,
  files: string[],
  log: Logger,
): Promise<ChosenAgent | undefined> {
  const address = agentAddress(host);
  if (address === undefined) return undefined;
  const agent = createAgent(address);
  let keys: ParsedKey[];
  try {
    keys = await identities(agent);
  } catch (error) {
    log.warn('the SSH agent does not answer', { address, error });
    return undefined;
  }
  const own = (await Promise.all(files.map(publicKey))).filter((blob) => blob !== undefined);
  const rank = (key: ParsedKey) => {
    const at = own.findIndex((blob) => blob.equals(key.getPublicSSH()));
    return at < 0 ? own.length : at;
  };
  const chosen = keys
    .filter((key) => !host.options.identities_only || rank(key) < own.length)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST_KEYS);
  return {
    agent: new ChosenKeys(agent, chosen),
    count: chosen.length,
    blobs: chosen.map((key) => key.getPublicSSH()),
  };
}

function identities(agent: Agent): Promise<ParsedKey[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The agent did not answer in time')), 5000);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve((keys ?? []).filter((key): key is ParsedKey => utilsIsKey(key)));
    });
  });
}

/** Bytes; an agent with thousands of keys says less. */
const MOST_ANSWER = 1024 * 1024;

/**
 * The types of all keys in an agent, those that the built-in client passes over included
 * (draft-ietf-sshm-ssh-agent, section 3.5).
 *
 * @throws Error where none answers, or something else does
 */
export function agentKeyTypes(address: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    let answer = Buffer.alloc(0);
    socket.setTimeout(5000, () => socket.destroy(new Error('The agent did not answer in time')));
    socket.once('connect', () => socket.write(Buffer.from([0, 0, 0, 1, REQUEST_IDENTITIES])));
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length > MOST_ANSWER) socket.destroy(new Error('The agent says too much'));
      else if (answer.length >= 4 && answer.length >= 4 + answer.readUInt32BE(0)) socket.end();
    });
    socket.once('error', reject);
    socket.once('close', () => {
      try {
        resolve(typesIn(answer));
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;

// Reading beyond the end throws.
function typesIn(answer: Buffer): string[] {
  if (answer.readUInt8(4) !== IDENTITIES_ANSWER) return [];
  const count = answer.readUInt32BE(5);
  const types: string[] = [];
  let at = 9;
  for (let i = 0; i < count; i += 1) {
    const key = answer.readUInt32BE(at);
    types.push(keyType(answer.subarray(at + 4, at + 4 + key)));
    at += 4 + key;
    at += 4 + answer.readUInt32BE(at);
  }
  return types;
}

const utilsIsKey = (key: unknown): boolean =>
  typeof key === 'object' && key !== null && 'getPublicSSH' in key;

async function publicKey(file: string): Promise<Buffer | undefined> {
  const text = await readFile(`${file}.pub`).catch(() => readFile(file).catch(() => undefined));
  if (!text) return undefined;
  return parseKey(text)?.getPublicSSH();
}

/** Shows a choice of an agent's keys, in our order. */
class ChosenKeys extends BaseAgent<ParsedKey> {
  readonly #agent: Agent;
  readonly #keys: ParsedKey[];

  constructor(agent: Agent, keys: ParsedKey[]) {
    super();
    this.#agent = agent;
    this.#keys = keys;
  }

  override getIdentities(callback: (error?: Error, keys?: ParsedKey[]) => void): void {
    callback(undefined, this.#keys);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    const done = typeof options === 'function' ? options : callback!;
    this.#agent.sign(key, data, typeof options === 'function' ? {} : options, done);
  }
}
