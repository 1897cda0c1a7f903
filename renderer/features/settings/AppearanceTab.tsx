import { Monitor, Moon, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import {
  languages,
  setPreference,
  systemLanguage,
  themes,
  usePreferences,
} from '#renderer/stores/preferences.ts';
import { cn } from '#renderer/ui/cn.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { Select } from '#renderer/ui/Select.tsx';

const icons = { system: Monitor, light: Sun, dark: Moon };
const names = { en: 'English', de: 'Deutsch' };

/** Theme and language of this window. */
export function AppearanceTab() {
  const { t } = useTranslation('settings');
  const { theme, language } = usePreferences();
  return (
    <>
      <p className="text-sm text-muted">{t('appearanceText')}</p>
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">{t('theme.label')}</legend>
        <div className="grid grid-cols-3 gap-3 max-narrow:grid-cols-1">
          {themes.map((one) => {
            const Icon = icons[one];
            return (
              <label
                key={one}
                className={cn(
                  'flex cursor-pointer items-center gap-3 rounded-card border px-4 py-3 text-sm transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent',
                  theme === one
                    ? 'border-accent bg-accent/8'
                    : 'border-border bg-surface-2 hover:border-border-strong',
                )}
              >
                <input
                  type="radio"
                  name="theme"
                  className="sr-only"
                  checked={theme === one}
                  onChange={() => setPreference({ theme: one })}
                />
                <Icon
                  className={cn('size-5', theme === one ? 'text-accent' : 'text-muted')}
                  aria-hidden
                />
                {t(`theme.${one}`)}
              </label>
            );
          })}
        </div>
      </fieldset>
      <div className="max-w-xs">
        <Field label={t('language.label')}>
          {({ id }) => (
            <Select
              id={id}
              value={language ?? 'system'}
              onChange={(next) => setPreference({ language: next === 'system' ? undefined : next })}
              options={[
                { value: 'system', label: `${t('language.system')} (${names[systemLanguage()]})` },
                ...languages.map((value) => ({ value, label: names[value] })),
              ]}
            />
          )}
        </Field>
      </div>
    </>
  );
}
