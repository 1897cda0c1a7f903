import { describe, expect, test } from 'vitest';
import { questionSaid, said } from '#renderer/i18n/said.ts';
import { thrownErrors } from './thrownErrors.testing.ts';

const folders = ['ssh', 'vault', 'terminals', 'monitor', 'questions', 'cli/hosts'];
const mine = /^(ssh|vault|host|hosts|terminal|snippet|monitor|alert|question)\./;
const errors = thrownErrors(folders).filter(({ code }) => mine.test(code));

/** A message as it may come: each gap filled with something that no catalogue knows. */
const come = (text: string) => text.replaceAll('‹…›', 'x7');

describe('errors of hosts, the vault, terminals and monitoring, in German', () => {
  test('are found in the sources', () => {
    // Bug caught: a reworked way to make errors hides them from the tests below.
    const codes = new Set(errors.map(({ code }) => code));
    for (const code of [
      'ssh.unreachable',
      'ssh.file_not_found',
      'ssh.circuit_open',
      'vault.locked',
      'vault.rolled_back',
      'vault.keychain_unavailable',
      'terminal.not_running',
      'monitor.unreadable',
      'alert.clear_invalid',
      'host.not_found',
      'question.unattended',
    ])
      expect(codes).toContain(code);
    expect(codes.size).toBeGreaterThan(80);
  });

  test('have a German sentence each', () => {
    // Bug caught: a new or reworded error stands in English on a German page.
    const missing = errors.flatMap(({ file, line, code, messages }) =>
      (messages.length > 0 ? messages : ['‹…›'])
        .filter((message) => said({ code, message: come(message) }, 'de').message === come(message))
        .map((message) => `${file}:${line} ${code}: ${message}`),
    );
    expect(missing).toEqual([]);
  });

  test('say in German what to do', () => {
    const missing = errors.flatMap(({ file, line, code, hints }) =>
      hints
        .filter((hint) => said({ code, message: 'x', hint: come(hint) }, 'de').hint === come(hint))
        .filter((hint) => hint !== '' && !hint.startsWith('‹…›'))
        .map((hint) => `${file}:${line} ${code}: ${hint}`),
    );
    expect(missing).toEqual([]);
  });

  test.each([
    [
      'ssh.unreachable',
      'web (10.0.0.7:22) cannot be reached: nothing listens there.',
      'web (10.0.0.7:22) ist nicht zu erreichen: dort lauscht nichts.',
    ],
    [
      'ssh.auth_failed',
      'web (10.0.0.7:22) did not let ada in. Tried: 2 keys of the agent, /k/id (wrong passphrase), password.',
      'web (10.0.0.7:22) hat ada nicht hereingelassen. Versucht: 2 Schlüssel des Agenten, /k/id (falsche Passphrase), password.',
    ],
    [
      'ssh.circuit_open',
      'web failed 5 times in a row and is left alone for 30 s. The last time: web (10.0.0.7:22) cannot be reached: no answer came.',
      'web ist 5-mal hintereinander gescheitert und wird 30 s in Ruhe gelassen. Zuletzt: web (10.0.0.7:22) ist nicht zu erreichen: es kam keine Antwort.',
    ],
    [
      'ssh.host_key_changed',
      'The host key of web has changed. Known: SHA256:aa (ssh-ed25519), SHA256:bb (ssh-rsa). Offered: SHA256:cc (ssh-ed25519). Somebody may stand between you and the host.',
      'Der Hostschlüssel von web hat sich geändert. Bekannt: SHA256:aa (ssh-ed25519), SHA256:bb (ssh-rsa). Angeboten: SHA256:cc (ssh-ed25519). Jemand könnte zwischen Ihnen und dem Host stehen.',
    ],
    [
      'ssh.unreachable',
      'The script failed on 2 hosts (a, b): a (10.0.0.7:22) cannot be reached: nothing listens there. 3 were not begun.',
      'Das Skript ist auf 2 Hosts (a, b) gescheitert: a (10.0.0.7:22) ist nicht zu erreichen: dort lauscht nichts. 3 wurden nicht begonnen.',
    ],
    [
      'ssh.failed',
      'The script failed on web: exit code 3',
      'Das Skript ist auf web gescheitert: Exit-Code 3',
    ],
    [
      'hosts.expression_invalid',
      'The host expression is not valid at position 4: “and” cannot stand here.',
      'Der Ausdruck für Hosts ist an Stelle 4 nicht gültig: „and“ kann hier nicht stehen.',
    ],
    [
      'question.cancelled',
      'The question “Trust web?” was given up: Nexus closes.',
      'Die Frage „Trust web?“ wurde aufgegeben: Nexus wird beendet.',
    ],
  ])('%s keeps its particulars: %s', (code, message, german) => {
    expect(said({ code, message }, 'de').message).toBe(german);
  });

  test('a message of a host itself is left as it came, behind the German of the code', () => {
    const message = 'tee: /srv/x: No space left on device';
    expect(said({ code: 'ssh.upload_failed', message }, 'de').message).toBe(
      `Das Hochladen ist gescheitert. (${message})`,
    );
  });
});

test.each([
  ['Trust web-1?', 'web-1 vertrauen?'],
  [
    'The host key of web-1 (10.0.0.7:22) is not known yet: ssh-ed25519 SHA256:aa. Compare it with what the host’s owner says.',
    'Der Hostschlüssel von web-1 (10.0.0.7:22) ist noch nicht bekannt: ssh-ed25519 SHA256:aa. Vergleichen Sie ihn mit dem, was der Eigentümer des Hosts sagt.',
  ],
  ['Trust it and remember', 'Vertrauen und merken'],
  ['Password for ada@web-1', 'Passwort für ada@web-1'],
  ['Verification code: ', 'Verification code: '],
])('a person is asked in German: %s', (text, german) => {
  // Bug caught: the most dangerous question of all is asked in a foreign language.
  expect(questionSaid(text, 'de')).toBe(german);
  expect(questionSaid(text, 'en')).toBe(text);
});
