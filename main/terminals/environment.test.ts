import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { terminalEnvironment } from './environment.ts';

describe('the environment of a local shell', () => {
  it('lets nothing of Nexus, of Electron or of Node through, whatever it is called', () => {
    // Bug caught: a new variable of ours reaches every program that is started in a terminal.
    const name = fc.oneof(
      fc.tuple(
        fc.constantFrom('NEXUS_', 'nexus_', 'ELECTRON_', 'NODE_', 'npm_', 'LD_', 'DYLD_', 'AWS_'),
        fc.stringMatching(/^[A-Za-z_]{0,12}$/),
      ),
      fc.tuple(fc.constant(''), fc.stringMatching(/^[A-Za-z_]{1,12}$/)),
    );
    fc.assert(
      fc.property(fc.array(name), fc.constantFrom('linux', 'darwin', 'win32'), (names, system) => {
        const env = Object.fromEntries(names.map(([a, b]) => [a + b, 'planted']));
        const given = terminalEnvironment(env, system);
        for (const [key, value] of Object.entries(given))
          if (value === 'planted') expect(key).toMatch(allowed);
      }),
    );
  });

  it('keeps what a person’s programs need', () => {
    const env = {
      PATH: '/usr/local/bin:/usr/bin',
      HOME: '/home/ada',
      SSH_AUTH_SOCK: '/run/user/1000/agent',
      DISPLAY: ':0',
      XDG_RUNTIME_DIR: '/run/user/1000',
      LC_ALL: 'de_DE.UTF-8',
      EDITOR: 'vim',
      https_proxy: 'http://proxy:3128',
    };
    expect(terminalEnvironment(env, 'linux')).toMatchObject(env);
  });

  it('is UTF-8 where the desktop says nothing, and leaves a locale alone that is set', () => {
    // Bug caught: umlauts come out as question marks in a Nexus that was started from the dock.
    expect(terminalEnvironment({}, 'linux')['LANG']).toBe('C.UTF-8');
    expect(terminalEnvironment({}, 'darwin')['LANG']).toBe('en_US.UTF-8');
    expect(terminalEnvironment({ LANG: 'C' }, 'linux')['LANG']).toBe('C');
    expect(terminalEnvironment({ LC_ALL: 'C' }, 'linux')['LANG']).toBeUndefined();
    expect(terminalEnvironment({}, 'win32')['LANG']).toBeUndefined();
  });

  it('has a path where none is given, except on Windows, which has its own', () => {
    expect(terminalEnvironment({}, 'linux')['PATH']).toContain('/usr/bin');
    expect(terminalEnvironment({ Path: 'C:\\bin' }, 'win32')).toMatchObject({ Path: 'C:\\bin' });
    expect(terminalEnvironment({}, 'win32')['PATH']).toBeUndefined();
  });

  it('says what the terminal can do, whatever the platform was started in', () => {
    expect(terminalEnvironment({ TERM: 'dumb', COLORTERM: '' }, 'linux')).toMatchObject({
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      TERM_PROGRAM: 'Nexus',
    });
  });
});

const allowed =
  /^(path|home|user|logname|shell|lang|language|tz|tmpdir|editor|visual|pager|browser|(https?|no|all)_proxy|lc_.*|xdg_.*|temp|tmp|os|display)$/i;
