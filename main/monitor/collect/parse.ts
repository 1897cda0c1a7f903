import { NexusError } from '#main/base/errors.ts';
import { parseDarwin, parseFreebsd } from './bsd.ts';
import { parseLinux } from './linux.ts';
import type { Reading } from './reading.ts';
import { splitSections } from './sections.ts';

/**
 * Reads what {@link sampleScript} printed. The text is somebody else's: whatever it holds, the
 * result is bounded, and what does not look as it should is left out.
 *
 * @throws NexusError `monitor.unreadable` where nothing can be read, `monitor.unsupported` on other systems
 */
export function parseReading(output: string, mark: string): Reading {
  const { sections, complete } = splitSections(output, mark);
  const system = sections.get('system')?.trim() ?? '';
  if (!complete)
    throw new NexusError({
      code: 'monitor.unreadable',
      message: 'The host did not answer as a system with a POSIX shell does.',
      hint: 'Check that /bin/sh runs there for this user: nexus ssh HOST true',
      kind: 'operational',
    });
  if (system === 'Linux') return parseLinux(sections);
  if (system === 'Darwin') return parseDarwin(sections);
  if (system === 'FreeBSD') return parseFreebsd(sections);
  throw new NexusError({
    code: 'monitor.unsupported',
    message: `Nexus cannot read the figures of ${/^[A-Za-z0-9_./-]{1,30}$/.test(system) ? system : 'this system'}.`,
    hint: 'Linux, macOS and FreeBSD are read. Turn monitoring off for this host.',
    kind: 'operational',
  });
}
