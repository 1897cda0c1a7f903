import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostileValues } from './hostileValues.testing.ts';
import { newFolder, nexus, workflowFile } from './nexus.testing.ts';
import { openPlatform, outputsOf } from './platform.testing.ts';

describe('values in a shell script', () => {
  it('arrive byte for byte, whatever they hold and whatever quotes stand around them', async () => {
    const { run } = await openPlatform();
    for (const value of hostileValues) {
      const ended = await run(
        `name: quoting
inputs: { v: { type: string } }
steps:
  - id: say
    uses: shell
    with:
      run: |
        printf '%s' \${{ inputs.v }} > bare
        printf '%s' "\${{ inputs.v }}" > double
        printf '%s' '\${{ inputs.v }}' > single
        printf '%s' "a\${{ inputs.v }}b" > inside
        cat > here <<END
        \${{ inputs.v }}
        END
        cat > quoted <<'END'
        \${{ inputs.v }}
        END
        ls > listing
        for f in bare double single inside here quoted listing; do
          printf '{"%s":"%s"}\\n' "$f" "$(base64 -w0 < $f)"
        done | sed -e 's/[{}]//g' | paste -sd, | sed -e 's/^/{/' -e 's/$/}/'
`,
        { v: value },
      );
      expect(ended.error, JSON.stringify(value)).toBeUndefined();
      const said = outputsOf(ended, 'say')['json'] as Record<string, string>;
      const text = (name: string) => Buffer.from(said[name]!, 'base64').toString('utf8');
      expect(text('bare')).toBe(value);
      expect(text('double')).toBe(value);
      expect(text('single')).toBe(value);
      expect(text('inside')).toBe(`a${value}b`);
      expect(text('here')).toBe(`${value}\n`);
      expect(text('quoted')).toBe(`${value}\n`);
      expect(text('listing')).not.toContain('PWNED');
    }
  });

  it('arrive from the command line just so', async () => {
    const home = newFolder();
    const file = workflowFile(
      home,
      'echo',
      `name: echo
inputs: { v: { type: string } }
steps:
  - { id: say, uses: shell, with: { run: "printf %s '\${{ inputs.v }}' | base64 -w0" } }
`,
    );
    const value = `'; touch ${home}/PWNED; $(id) \`id\` "x" = y\n漢`;
    const said = await nexus(
      ['workflow', 'run', file, '--input', `v=${value}`, '--wait', '--json'],
      {
        home,
      },
    );
    const { stdout } = said.json.run.steps[0].outputs;
    expect(Buffer.from(stdout, 'base64').toString('utf8')).toBe(value);
  });
});

describe('secrets', () => {
  it('stay out of every file of the home, in every form that a script may give them', async () => {
    const home = newFolder();
    const secret =
      'p@ss w0rd/+=&?"\'<ü>-very-secret-1234567890-and-long-enough-for-two-lines-of-base64';
    const file = workflowFile(
      newFolder(),
      'leaky',
      `name: leaky
steps:
  - id: leak
    uses: shell
    env: { TOKEN: '\${{ secrets.X }}' }
    with:
      run: |
        echo "plain $TOKEN"
        printf %s "$TOKEN" | base64 -w0; echo
        printf %s "$TOKEN" | base64; echo
        printf 'x%s' "$TOKEN" | base64 -w0; echo
        printf %s "$TOKEN" | od -An -tx1 | tr -d ' \\n'; echo
        printf %s "$TOKEN" | python3 -c 'import sys,urllib.parse;t=sys.stdin.read();print(urllib.parse.quote(t,safe=""));print(urllib.parse.quote_plus(t))' || true
        echo "out=$TOKEN" >> "$NEXUS_OUTPUT"
        echo "to stderr $TOKEN" >&2
  - id: fail
    uses: shell
    with: { run: 'echo \${{ secrets.X }} >&2; exit 3' }
`,
    );
    const said = await nexus(['workflow', 'run', file, '--wait', '--json'], {
      home,
      env: { NEXUS_SECRET_X: secret },
    });
    expect(said.code).toBe(1);
    const log = await nexus(['workflow', 'run', file, '--wait'], {
      home,
      env: { NEXUS_SECRET_X: secret },
    });
    const { readdirSync } = await import('node:fs');
    const everything = readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
      .concat(Buffer.from(said.stdout + said.stderr + log.stdout + log.stderr));
    const bytes = Buffer.from(secret);
    const forms = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      bytes.toString('base64').slice(0, -4),
      bytes.toString('base64').slice(0, 76),
      bytes.toString('base64').slice(76, -4),
      Buffer.concat([Buffer.from('x'), bytes])
        .toString('base64')
        .slice(4, -4),
      bytes.toString('hex'),
      encodeURIComponent(secret),
      encodeURIComponent(secret).replaceAll('%20', '+'),
    ];
    for (const form of forms)
      for (const content of everything) expect(content.includes(form), form).toBe(false);
    expect(log.stdout).toContain('plain ***');
  });

  it('that are missing fail the step and name themselves, not start it with nothing', async () => {
    const { run } = await openPlatform();
    const ended = await run(
      'name: lost\nsteps:\n  - { id: a, uses: shell, with: { run: "echo ${{ secrets.NOWHERE }}" } }\n',
    );
    expect(ended.status).toBe('failed');
    expect(ended.steps[0]!.error).toMatchObject({
      message: expect.stringContaining('NOWHERE'),
      hint: expect.stringContaining('NEXUS_SECRET_NOWHERE'),
    });
  });
});
