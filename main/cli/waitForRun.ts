import { NexusError, toNexusError } from '#main/base/errors.ts';
import { concludeRun, followRun, statusExit } from './follow.ts';
import { onInterrupt } from './interrupts.ts';
import { exitCode, note, printJson } from './io.ts';
import { givenPassphrase } from './passphrase.ts';
import { askHidden, canAsk } from './prompt.ts';
import { runJson } from './runJson.ts';
import type { Session } from './session.ts';

// A vault in this process nobody else can unlock. In a running Nexus somebody else may.
async function unlockFor(session: Session): Promise<boolean> {
  // What is heard may be older than an unlock.
  if ((await session.client.vault.status({})).state !== 'locked') return true;
  const given = await givenPassphrase({});
  if (given === undefined && !canAsk()) {
    note('A step waits for the vault, which is locked. Unlock it: nexus vault unlock');
    if (session.own) note('Or run the command with NEXUS_VAULT_PASSPHRASE. The run goes on then.');
    return session.own === undefined;
  }
  note('A step waits for the vault, which is locked.');
  for (;;) {
    const passphrase = given ?? (await askHidden('Passphrase of the vault'));
    try {
      await session.client.vault.unlock({ passphrase });
      return true;
    } catch (thrown) {
      const error = toNexusError(thrown);
      if (given !== undefined || error.code !== 'vault.wrong_passphrase') throw error;
      note(error.message);
    }
  }
}

// The run has its journal: what is lost is only the sight of it, and whoever waits has to know its id.
function outOfSight(error: NexusError, run: string): NexusError {
  if (error.code !== 'connection.failed') return error;
  return new NexusError({
    ...error.toShape(),
    hint: `The run goes on as soon as Nexus runs again. Follow it: nexus run watch ${run}`,
    details: { run },
    cause: error,
  });
}

/**
 * Begins something with a run and follows it; the first Ctrl-C cancels it and exits with 130. It is
 * heard from the beginning: a running Nexus would go on with a run that it was just told to start.
 */
export async function waitFor(
  session: Session,
  begin: () => Promise<{ run: { id: string } }>,
  json: boolean,
): Promise<number> {
  let id: string | undefined;
  const interrupted = new AbortController();
  const stopListening = onInterrupt(() => interrupted.abort());
  try {
    ({ id } = (await begin()).run);
    const ended = await followRun(session.client, id, {
      json,
      signal: interrupted.signal,
      onLocked: () => unlockFor(session),
    });
    if (interrupted.signal.aborted) {
      note('Cancelling the run.');
      await session.client.runs.cancel({ id, reason: 'Ctrl-C' });
      const cancelled = await followRun(session.client, id, {
        json: true,
        signal: new AbortController().signal,
      });
      if (json) printJson({ run: runJson(cancelled) });
      else concludeRun(cancelled);
      return exitCode.interrupted;
    }
    if (json) printJson({ run: runJson(ended) });
    return json ? statusExit(ended) : concludeRun(ended);
  } catch (thrown) {
    throw id === undefined ? thrown : outOfSight(toNexusError(thrown), id);
  } finally {
    stopListening();
  }
}

/**
 * Without a running platform the run lives in this process: stay until nothing of it executes, and
 * say so when it goes on waiting, because nobody is left to wake it.
 */
export async function leave(session: Session, id: string): Promise<void> {
  if (!session.own) return;
  await session.own.parked();
  const { run } = await session.client.runs.get({ id });
  if (['queued', 'waiting', 'interrupted'].includes(run.status)) {
    note(
      `The run is ${run.status}${run.at_step ? ` at ${run.at_step}` : ''}. It goes on when Nexus runs: nexus serve`,
    );
  }
}
