import picocolors from 'picocolors';

/**
 * Whether what goes to `stream` is coloured: on a terminal that can do it, unless `NO_COLOR` is set
 * (no-color.org), and wherever `FORCE_COLOR` says so, as Node reads it (0 for no). A build machine
 * (`CI`) gets none by itself: what is captured there is read by programs.
 */
export function coloured(
  stream: { isTTY?: boolean | undefined },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return !['0', 'false'].includes(env['FORCE_COLOR']);
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** Colours of what is written to stdout; none where it is no terminal. */
export const pc = picocolors.createColors(coloured(process.stdout));
