/** An expression in which `steps.my-step` became `steps["my-step"]`. */
export interface QuotedSteps {
  text: string;
  /** The offset in the author's text of an offset in `text`. */
  original(offset: number): number;
}

const TOKEN =
  /"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\bsteps\.([A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)+)/g;

/**
 * Step ids may hold dashes, which CEL reads as minus. Where `steps.` is followed by a dashed name
 * whose longest beginning is the id of a step, that id is meant.
 */
export function quoteSteps(text: string, stepIds: ReadonlySet<string>): QuotedSteps {
  if (!text.includes('steps.') || !text.includes('-'))
    return { text, original: (offset) => offset };
  const shifts: { at: number; by: number }[] = [];
  let shift = 0;
  const out = text.replace(TOKEN, (token: string, name: string | undefined, at: number) => {
    if (name === undefined) return token;
    const id = longestId(name, stepIds);
    if (!id.includes('-')) return token;
    // `steps.ID` grows by three characters: a dot goes, two brackets and two quotes come.
    shifts.push(
      { at: at + shift + 'steps["'.length, by: 1 },
      { at: at + shift + 'steps["'.length + id.length, by: 2 },
    );
    shift += 3;
    return `steps["${id}"]${name.slice(id.length)}`;
  });
  return {
    text: out,
    original: (offset) => shifts.reduce((o, { at, by }) => (offset >= at ? o - by : o), offset),
  };
}

function longestId(name: string, stepIds: ReadonlySet<string>): string {
  const parts = name.split('-');
  for (let n = parts.length; n > 0; n -= 1) {
    const candidate = parts.slice(0, n).join('-');
    if (stepIds.has(candidate)) return candidate;
  }
  // No such step, whichever way it is read: naming the whole gives the better message.
  return name;
}
