import { useTranslation } from 'react-i18next';
import { setNeeds } from '../document/commands.ts';
import type { GraphStep } from '../document/graph.ts';
import { reaches } from '../document/steps.ts';
import { useDocument, useEditor } from '../store/context.ts';

/** The steps that a step waits for. */
export function Needs({ step }: { step: GraphStep }) {
  const { t } = useTranslation('editor');
  const document = useDocument();
  const graph = useEditor((state) => state.graph);
  const others = graph.steps.filter((other) => other.list === step.list && other.id !== step.id);
  return (
    <fieldset className="space-y-1">
      <legend className="text-sm font-medium">{t('step.needs')}</legend>
      {others.length === 0 && <p className="text-xs text-muted">{t('step.needsNone')}</p>}
      <div className="max-h-40 space-y-0.5 overflow-y-auto">
        {others.map((other) => {
          const on = step.after.includes(other.id);
          const cycle = !on && reaches(graph, step.id, other.id);
          return (
            <label
              key={other.id}
              className="flex items-center gap-2 rounded px-1 py-0.5 text-sm has-disabled:opacity-50"
            >
              <input
                type="checkbox"
                className="accent-(--accent)"
                checked={on}
                disabled={cycle}
                onChange={() =>
                  document.run(
                    setNeeds(
                      step.id,
                      on ? step.after.filter((id) => id !== other.id) : [...step.after, other.id],
                    ),
                  )
                }
              />
              <span className="truncate">{other.name ?? other.id}</span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
