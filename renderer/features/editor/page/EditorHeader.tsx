import {
  CircleAlert,
  CircleCheck,
  Code,
  LayoutList,
  PanelRight,
  Play,
  Save,
  TriangleAlert,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { useEditor } from '../store/context.ts';
import { isDirty } from '../store/EditorDocument.ts';
import { setView, useView } from './viewStore.ts';

function Verdict() {
  const { t } = useTranslation('editor');
  const errors = useEditor(
    (state) => state.problems.filter((each) => each.severity !== 'warning').length,
  );
  const warnings = useEditor(
    (state) => state.problems.filter((each) => each.severity === 'warning').length,
  );
  const stale = useEditor((state) => state.stale);
  const open = useView((state) => state.problems);
  if (stale) {
    return (
      <Badge tone="danger" icon={<CircleAlert />}>
        {t('header.broken')}
      </Badge>
    );
  }
  if (errors + warnings === 0) {
    return (
      <Badge tone="ok" icon={<CircleCheck />}>
        {t('header.valid')}
      </Badge>
    );
  }
  return (
    <button
      type="button"
      aria-expanded={open}
      data-testid="show-problems"
      onClick={() => setView({ problems: !open })}
    >
      <Badge
        tone={errors > 0 ? 'danger' : 'warn'}
        icon={errors > 0 ? <CircleAlert /> : <TriangleAlert />}
      >
        {t('header.problems', { count: errors + warnings })}
      </Badge>
    </button>
  );
}

/** What the file is called, whether it is good and saved, and the two verbs: save and run. */
export function EditorHeader(props: {
  narrow: boolean;
  saving: boolean;
  running: boolean;
  onSave: () => void;
  onRun: () => void;
}) {
  const { t } = useTranslation('editor');
  const name = useEditor((state) => state.name);
  const dirty = useEditor(isDirty);
  const view = useView();
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-2 border-b border-border bg-surface-2 px-3 py-1.5">
      <h1 className="min-w-0 truncate text-base font-semibold">{name}</h1>
      {dirty && (
        <span
          role="img"
          aria-label={t('header.unsaved')}
          title={t('header.unsaved')}
          data-testid="unsaved"
          className="size-2 shrink-0 rounded-full bg-warn"
        />
      )}
      <Verdict />
      <div className="ml-auto flex items-center gap-1.5">
        {props.narrow && (
          <IconButton
            label={view.graph ? t('list.show') : t('canvas.show')}
            aria-pressed={view.graph}
            onClick={() => setView({ graph: !view.graph })}
          >
            <LayoutList />
          </IconButton>
        )}
        <IconButton
          label={t('yaml.toggle')}
          shortcut="y"
          aria-pressed={view.yaml}
          data-testid="toggle-yaml"
          className={view.yaml ? 'text-accent' : ''}
          onClick={() => setView({ yaml: !view.yaml })}
        >
          <Code />
        </IconButton>
        {!props.narrow && (
          <IconButton
            label={t('inspector.toggle')}
            shortcut="i"
            aria-pressed={view.inspector}
            className={view.inspector ? 'text-accent' : ''}
            onClick={() => setView({ inspector: !view.inspector })}
          >
            <PanelRight />
          </IconButton>
        )}
        <Button
          icon={<Save />}
          busy={props.saving}
          disabled={!dirty}
          title={t('save.title')}
          data-testid="save"
          onClick={props.onSave}
        >
          {t('save.verb')}
        </Button>
        <Button
          variant="primary"
          icon={<Play />}
          busy={props.running}
          title={t('run.help')}
          data-testid="run"
          onClick={props.onRun}
        >
          {t('run.verb')}
        </Button>
      </div>
    </header>
  );
}
