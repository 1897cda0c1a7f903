import { useTranslation } from 'react-i18next';
import { Dialog } from '../Dialog.tsx';
import { Kbd } from '../Kbd.tsx';
import { useShortcutGroups } from './useShortcuts.ts';

/** Every key that works on this page, opened with `?`. */
export function ShortcutHelp(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation('ui');
  const groups = useShortcutGroups((state) => state.groups);
  return (
    <Dialog {...props} title={t('shortcuts.title')} size="wide">
      <div className="columns-1 gap-8 pb-4 narrow:columns-2">
        {Object.entries(groups).map(([group, shortcuts]) => (
          <section key={group} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-xs font-semibold text-muted">{group}</h3>
            <dl className="text-sm">
              {shortcuts.map((shortcut) => (
                <div key={shortcut.keys} className="flex items-center justify-between gap-4 py-1">
                  <dt>{shortcut.label}</dt>
                  <dd>
                    <Kbd keys={shortcut.keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
