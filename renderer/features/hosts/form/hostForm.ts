import {
  type Host,
  type HostChange,
  type HostInput,
  hostInput,
  type HostOptions,
} from '#contract/hosts.ts';

/** A host as the form holds it: text, until it is sent. */
export interface HostValues {
  name: string;
  address: string;
  port: string;
  user: string;
  /** One file a line. */
  identity: string;
  jump: string;
  groups: string;
  tags: string;
  environment: string;
  notes: string;
  acceptNew: boolean;
  forwardAgent: boolean;
  passwordSecret: string;
  passphraseSecret: string;
  client: NonNullable<HostOptions['client']>;
  proxyCommand: string;
}
export type HostField = keyof HostValues;

const words = (text: string) => [...new Set(text.split(/[\s,]+/).filter(Boolean))];
const lines = (text: string) => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];

/** What the form begins with: a host, or nothing but the usual port. */
export function valuesOf(host?: Host): HostValues {
  return {
    name: host?.name ?? '',
    address: host?.address ?? '',
    port: String(host?.port ?? 22),
    user: host?.user ?? '',
    identity: host?.identity.join('\n') ?? '',
    jump: host?.jump.join(', ') ?? '',
    groups: host?.groups.join(', ') ?? '',
    tags: host?.tags.join(', ') ?? '',
    environment: host?.environment ?? '',
    notes: host?.notes ?? '',
    acceptNew: host?.options.accept_new ?? false,
    forwardAgent: host?.options.forward_agent ?? false,
    passwordSecret: host?.options.password_secret ?? '',
    passphraseSecret: host?.options.passphrase_secret ?? '',
    client: host?.options.client ?? 'auto',
    proxyCommand: host?.options.proxy_command ?? '',
  };
}

// What the form does not show stays as it was.
function optionsOf(values: HostValues, before: HostOptions): HostOptions {
  const options: Record<string, unknown> = { ...before };
  const put = (key: keyof HostOptions, value: unknown, empty: unknown) => {
    if (value === empty) delete options[key];
    else options[key] = value;
  };
  put('accept_new', values.acceptNew, false);
  put('forward_agent', values.forwardAgent, false);
  put('password_secret', values.passwordSecret.trim(), '');
  put('passphrase_secret', values.passphraseSecret.trim(), '');
  put('proxy_command', values.proxyCommand.trim(), '');
  put('client', values.client, 'auto');
  return options;
}

const fieldOfOption: Record<string, HostField> = {
  password_secret: 'passwordSecret',
  passphrase_secret: 'passphraseSecret',
  proxy_command: 'proxyCommand',
};

export type ReadHost =
  | { ok: true; input: HostInput; change: HostChange }
  | { ok: false; wrong: ReadonlySet<HostField> };

/** The host that the form means, for a new one and as a change of `before`; or the fields that are wrong. */
export function readHost(values: HostValues, before?: Host): ReadHost {
  const user = values.user.trim();
  const environment = values.environment.trim();
  const notes = values.notes.trim();
  const draft = {
    name: values.name.trim(),
    address: values.address.trim(),
    port: /^\d+$/.test(values.port.trim()) ? Number(values.port) : Number.NaN,
    identity: lines(values.identity),
    jump: words(values.jump),
    groups: words(values.groups),
    tags: words(values.tags),
    options: optionsOf(values, before?.options ?? {}),
    ...(user ? { user } : {}),
    ...(environment ? { environment } : {}),
    ...(notes ? { notes } : {}),
  };
  const parsed = hostInput.safeParse(draft);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path }): HostField => {
      if (path[0] === 'options') return fieldOfOption[String(path[1])] ?? 'proxyCommand';
      return path[0] as HostField;
    });
    return { ok: false, wrong: new Set(wrong) };
  }
  const change = {
    ...parsed.data,
    user: user || null,
    environment: environment || null,
    notes: notes || null,
  };
  return { ok: true, input: draft, change };
}
