import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { systemLanguage, usePreferences } from '#renderer/stores/preferences.ts';
import { de, en } from './resources.ts';

/** Starts translation in the chosen language, else the machine's, and follows the preference. */
export async function startTranslation(): Promise<void> {
  const wanted = () => usePreferences.getState().language ?? systemLanguage();
  await i18next.use(initReactI18next).init({
    lng: wanted(),
    fallbackLng: 'en',
    defaultNS: 'ui',
    resources: { en, de },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  });
  const apply = () => {
    document.documentElement.lang = wanted();
    if (i18next.language !== wanted()) void i18next.changeLanguage(wanted());
  };
  apply();
  usePreferences.subscribe(apply);
}
