import type { z } from 'zod';
import {
  type Host,
  host as hostSchema,
  type HostChange,
  hostChange,
  type HostInput,
  hostInput,
} from '#contract/hosts.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database, Statement } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import type { EventBus } from '#main/base/events.ts';
import { newId } from '#main/base/ids.ts';
import type { SshEvents } from './events.ts';
import { parseHostExpression } from './expression.ts';

interface Row {
  id: string;
  name: string;
  document: string;
  created_at: number;
  updated_at: number;
}

/** The inventory: every host that Nexus knows. */
export class HostStore {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #events: EventBus<SshEvents>;
  readonly #all: Statement;
  readonly #byName: Statement;
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #delete: Statement;

  constructor(options: { db: Database; clock: Clock; events: EventBus<SshEvents> }) {
    const { db } = options;
    this.#db = db;
    this.#clock = options.clock;
    this.#events = options.events;
    this.#all = db.prepare('SELECT * FROM hosts ORDER BY name');
    this.#byName = db.prepare('SELECT * FROM hosts WHERE name = ? OR id = ?');
    this.#insert = db.prepare('INSERT INTO hosts VALUES (?, ?, ?, ?, ?)');
    this.#update = db.prepare(
      'UPDATE hosts SET name = ?, document = ?, updated_at = ? WHERE id = ?',
    );
    this.#delete = db.prepare('DELETE FROM hosts WHERE id = ?');
  }

  /** By name; those that the expression means, or all. @throws NexusError `hosts.expression_invalid` */
  list(filter: { expression?: string } = {}): Host[] {
    const hosts = (this.#all.all() as Row[]).map(fromRow);
    const { expression } = filter;
    return expression === undefined ? hosts : hosts.filter(parseHostExpression(expression));
  }

  /**
   * The hosts that an expression means; at least one.
   * @throws NexusError `hosts.expression_invalid`, `hosts.none_match`
   */
  select(expression: string): Host[] {
    const hosts = this.list({ expression });
    if (hosts.length > 0) return hosts;
    throw new NexusError({
      code: 'hosts.none_match',
      message: `No host matches “${expression}”.`,
      hint: 'See what there is: nexus host list',
      details: { retryable: false },
    });
  }

  find(name: string): Host | undefined {
    const row = this.#byName.get(name, name) as Row | undefined;
    return row && fromRow(row);
  }

  /** By name or id. @throws NexusError `host.not_found` */
  get(name: string): Host {
    const found = this.find(name);
    if (found) return found;
    throw new NexusError({
      code: 'host.not_found',
      message: `There is no host ${name}.`,
      hint: `Add it: nexus host add ${name} --address ADDRESS`,
      details: { retryable: false },
    });
  }

  /** @throws NexusError `host.exists`, `host.invalid` */
  add(input: HostInput, source: Host['source'] = 'added'): Host {
    const fields = read(hostInput, input);
    const now = this.#clock.now();
    if (this.find(fields.name)) throw exists(fields.name);
    const at = new Date(now).toISOString();
    const added: Host = {
      ...fields,
      id: newId('host', now),
      source,
      created_at: at,
      updated_at: at,
    };
    this.#insert.run(added.id, added.name, documentOf(added), now, now);
    this.#events.emit('host_added', added);
    return added;
  }

  /**
   * A new name is taken over by the hosts that go through this one.
   * @throws NexusError `host.not_found`, `host.exists`, `host.invalid`
   */
  update(name: string, change: HostChange): Host {
    const before = this.get(name);
    const changes = Object.entries(read(hostChange, change))
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, value ?? undefined]);
    const now = this.#clock.now();
    const after: Host = {
      ...before,
      ...Object.fromEntries(changes),
      updated_at: new Date(now).toISOString(),
    };
    const other = this.find(after.name);
    if (other && other.id !== before.id) throw exists(after.name);
    const behind = after.name === before.name ? [] : this.#behind(before.name, after.name);
    this.transaction(() => {
      for (const one of [after, ...behind])
        this.#update.run(one.name, documentOf(one), now, one.id);
    });
    for (const one of [after, ...behind]) this.#events.emit('host_changed', one);
    return after;
  }

  // The hosts that go through the one of this name, with its new name.
  #behind(name: string, renamed: string): Host[] {
    const means = (jump: string) => jump.toLowerCase() === name.toLowerCase();
    return this.list()
      .filter((host) => host.jump.some(means))
      .map((host) => ({
        ...host,
        jump: host.jump.map((jump) => (means(jump) ? renamed : jump)),
      }));
  }

  /** False where there was none. */
  remove(name: string): boolean {
    const found = this.find(name);
    if (!found) return false;
    this.#delete.run(found.id);
    this.#events.emit('host_removed', { id: found.id, name: found.name });
    return true;
  }

  /** Several changes in one commit. */
  transaction<T>(work: () => T): T {
    return this.#db.transaction(work).immediate();
  }
}

function documentOf(host: Host): string {
  const { id: _id, name: _name, created_at: _created, updated_at: _updated, ...rest } = host;
  return JSON.stringify(rest);
}

function fromRow(row: Row): Host {
  return hostSchema.parse({
    ...(JSON.parse(row.document) as object),
    id: row.id,
    name: row.name,
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  });
}

function read<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new NexusError({
    code: 'host.invalid',
    message: `${issue.path.join('.') || 'The host'} is not valid: ${issue.message}`,
    hint: 'See nexus host add --help.',
    details: { field: issue.path.join('.'), retryable: false },
  });
}

function exists(name: string): NexusError {
  return new NexusError({
    code: 'host.exists',
    message: `There is a host ${name} already.`,
    hint: 'Choose another name, or change that one.',
  });
}
