import type { Terminal } from '@xterm/xterm';

/**
 * Makes a terminal answer nothing that the output asks, and do nothing to the clipboard or the
 * window. The platform's own screen answers for all viewers; two that answer would type twice, and
 * an answer that repeats what was asked would let a file that is shown type into the shell.
 */
export function silenceQueries(terminal: Terminal): void {
  const { parser } = terminal;
  const swallow = () => true;
  // Device attributes (DA 1 to 3), name and version
  parser.registerCsiHandler({ final: 'c' }, swallow);
  parser.registerCsiHandler({ prefix: '>', final: 'c' }, swallow);
  parser.registerCsiHandler({ prefix: '=', final: 'c' }, swallow);
  parser.registerCsiHandler({ prefix: '>', final: 'q' }, swallow);
  // Status and place of the cursor
  parser.registerCsiHandler({ final: 'n' }, swallow);
  parser.registerCsiHandler({ prefix: '?', final: 'n' }, swallow);
  // Modes
  parser.registerCsiHandler({ intermediates: '$', final: 'p' }, swallow);
  parser.registerCsiHandler({ prefix: '?', intermediates: '$', final: 'p' }, swallow);
  // Size, place and title of the window
  parser.registerCsiHandler({ final: 't' }, swallow);
  // Status strings and capabilities, which echo their question
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, swallow);
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, swallow);
  // Colours may be set, not asked for
  for (const code of [4, 10, 11, 12]) parser.registerOscHandler(code, (data) => data.includes('?'));
  // Titles come from the platform as checked text; the clipboard is nobody's but the person's
  for (const code of [0, 1, 2, 52]) parser.registerOscHandler(code, swallow);
}
