import { useCallback, useMemo, useState } from 'react';

export interface Selection {
  selected: ReadonlySet<string>;
  toggle: (name: string) => void;
  /** Selects exactly these. */
  choose: (names: readonly string[]) => void;
}

/** The selected hosts by name; one that is gone is not selected any more. */
export function useSelection(all: readonly { name: string }[] | undefined): Selection {
  const [names, setNames] = useState<ReadonlySet<string>>(new Set());
  const selected = useMemo(
    () => new Set(all?.flatMap(({ name }) => (names.has(name) ? [name] : []))),
    [all, names],
  );
  const toggle = useCallback(
    (name: string) =>
      setNames((old) => {
        const next = new Set(old);
        if (!next.delete(name)) next.add(name);
        return next;
      }),
    [],
  );
  const choose = useCallback((wanted: readonly string[]) => setNames(new Set(wanted)), []);
  return { selected, toggle, choose };
}
