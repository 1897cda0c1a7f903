/** Text of one host is cut here, whatever it sends. */
const MOST_SECTIONS = 40;

/**
 * Splits what the script printed. Lines before the first mark (a banner, a login message) are
 * dropped; of sections with one name the first counts, since what comes later may be imitated.
 *
 * @returns the text of each section by name, and whether the script came to its end.
 */
export function splitSections(
  output: string,
  mark: string,
): { sections: Map<string, string>; complete: boolean } {
  const sections = new Map<string, string>();
  const begin = `${mark} `;
  let name: string | undefined;
  let lines: string[] = [];
  const close = () => {
    if (name !== undefined && !sections.has(name) && sections.size < MOST_SECTIONS)
      sections.set(name, lines.join('\n'));
    lines = [];
  };
  for (const line of output.split('\n')) {
    if (!line.startsWith(begin)) {
      if (name !== undefined) lines.push(line.endsWith('\r') ? line.slice(0, -1) : line);
      continue;
    }
    close();
    name = line.slice(begin.length).trim().slice(0, 40);
  }
  close();
  return { sections, complete: name === 'end' };
}
