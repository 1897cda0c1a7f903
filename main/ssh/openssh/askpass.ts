import { chmodSync, watch, writeFileSync } from 'node:fs';
import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What OpenSSH runs where it has to ask (SSH_ASKPASS, ssh(1)): puts the prompt into a file and reads
 * the answer from a named pipe. So the answer is on no disk and on no command line. A prompt that
 * wants no answer (touch your key) stands until ssh ends it.
 */
const HELPER = `#!/bin/sh
d=\${0%/*}
k=q
[ "$SSH_ASKPASS_PROMPT" != none ] || k=n
mkfifo -m 600 "$d/a.$$" || exit 1
printf '%s' "$1" > "$d/p.$$" && mv "$d/p.$$" "$d/$k.$$"
[ "$k" = q ] || exec sleep 300
IFS= read -r answer < "$d/a.$$"; rc=$?
rm -f "$d/a.$$"
[ "$rc" = 0 ] || exit 1
printf '%s\\n' "$answer"
`;

/** What happens to the prompts of an `ssh`. */
export interface Prompts {
  answer: (prompt: string) => Promise<string>;
  /** Told of what wants no answer: a security key waits to be touched. */
  notice: (prompt: string) => void;
}

/** Answers the prompts of an `ssh` that is told to use the helper in `folder`. */
export function startAskpass(
  folder: string,
  prompts: Prompts,
): { env: Record<string, string>; error: () => unknown; stop(): void } {
  const helper = join(folder, 'ask');
  writeFileSync(helper, HELPER);
  chmodSync(helper, 0o700);
  let failure: unknown;
  const asked = async (name: string) => {
    const file = join(folder, name);
    const prompt = await readFile(file, 'utf8').catch(() => undefined);
    if (prompt === undefined) return;
    await unlink(file).catch(() => undefined);
    if (name.startsWith('n.')) {
      prompts.notice(prompt);
      return;
    }
    const pipe = join(folder, `a.${name.slice(2)}`);
    try {
      // What could not be answered ends the login: nobody is asked for another way in.
      if (failure !== undefined) throw failure;
      await writeFile(pipe, `${(await prompts.answer(prompt)).replaceAll('\n', ' ')}\n`);
    } catch (error) {
      failure ??= error;
      // An end without a line is a refusal.
      await writeFile(pipe, '').catch(() => undefined);
    }
  };
  const watcher = watch(folder, (_, name) => {
    if (name && /^[qn]\.\d+$/.test(name)) void asked(name);
  });
  return {
    env: {
      SSH_ASKPASS: helper,
      SSH_ASKPASS_REQUIRE: 'force',
      DISPLAY: process.env['DISPLAY'] ?? ':0',
    },
    error: () => failure,
    stop: () => watcher.close(),
  };
}
