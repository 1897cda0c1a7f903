import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { HostInput } from '#contract/hosts.ts';
import { usageError, type GlobalOptions } from '../io.ts';
import { wholeNumber } from '../wholeNumber.ts';

/** Options of `nexus host add` and `set`. */
export interface FieldOptions extends GlobalOptions {
  address?: string;
  port?: string;
  user?: string;
  identity?: string[];
  certificate?: string[];
  jump?: string[];
  group?: string[];
  tag?: string[];
  environment?: string;
  notes?: string;
  acceptNew?: boolean;
  passwordSecret?: string;
  passphraseSecret?: string;
  agent?: string;
  client?: string;
  rename?: string;
}

type Connection = NonNullable<HostInput['options']>;

const CLIENTS = ['auto', 'builtin', 'openssh'];

const many = (value: string, before: string[] = []): string[] => [...before, value];

/** Gives a command the options that say what a host is. */
export function fields(command: Command): Command {
  return command
    .option('--port <port>', 'port of the SSH server')
    .option('--user <user>', 'who logs in; default: who runs Nexus')
    .option('--identity <file>', 'file with a private key; several may be given', many)
    .option('--certificate <file>', 'file with a certificate of a key; several may be given', many)
    .option('--jump <host>', 'go through this host first; several are gone through in order', many)
    .option('--group <group>', 'a group; several may be given', many)
    .option('--tag <tag>', 'a tag; several may be given', many)
    .option('--environment <name>', 'e.g. production, staging')
    .option('--notes <text>', 'what people should know')
    .option('--accept-new', 'take the host’s key unseen at the first connection')
    .option('--password-secret <name>', 'secret that holds the password')
    .option('--passphrase-secret <name>', 'secret that holds the passphrase of the keys')
    .option('--agent <socket>', 'the SSH agent to use; none for no agent')
    .option('--client <client>', 'auto, builtin, or openssh to have the system’s ssh connect');
}

/** What they say, but for how it is connected to. */
export function read(options: FieldOptions): Partial<HostInput> {
  const { address, user, environment, notes } = options;
  const port =
    options.port === undefined ? undefined : wholeNumber(options.port, '--port', 1, 65_535);
  // The platform may run in another folder. What begins with ~ is its user's.
  const identity = listOf(options.identity)?.map((one) =>
    one.startsWith('~') ? one : resolve(one),
  );
  const [jump, groups, tags] = [options.jump, options.group, options.tag].map(listOf);
  return {
    ...(address === undefined ? {} : { address }),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(identity === undefined ? {} : { identity }),
    ...(jump === undefined ? {} : { jump }),
    ...(groups === undefined ? {} : { groups }),
    ...(tags === undefined ? {} : { tags }),
    ...(environment === undefined ? {} : { environment }),
    ...(notes === undefined ? {} : { notes }),
  };
}

// An empty text stands for none: `--tag ''` takes all tags away.
const listOf = (given: string[] | undefined) => given?.filter(Boolean);

/**
 * How a host is connected to, from `before` on: what is given takes the place of what was, and an
 * empty text (or `--no-accept-new`) takes it away. @throws NexusError `usage.invalid`
 */
export function connection(options: FieldOptions, before: Connection = {}): Connection {
  if (options.client && !CLIENTS.includes(options.client))
    throw usageError(`--client cannot be “${options.client}”.`, 'It is auto, builtin or openssh.');
  const { acceptNew, passwordSecret, passphraseSecret, certificate, agent, client } = options;
  const given = {
    ...(acceptNew === undefined ? {} : { accept_new: acceptNew }),
    ...(passwordSecret === undefined ? {} : { password_secret: passwordSecret }),
    ...(passphraseSecret === undefined ? {} : { passphrase_secret: passphraseSecret }),
    ...(certificate === undefined ? {} : { certificates: certificate.filter(Boolean) }),
    ...(agent === undefined ? {} : { identity_agent: agent }),
    ...(client === undefined ? {} : { client: client as Connection['client'] }),
  };
  const left = Object.entries({ ...before, ...given }).filter(
    ([key, value]) => !(key in given) || (value !== '' && value !== false),
  );
  return Object.fromEntries(left);
}
