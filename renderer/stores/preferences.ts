import { create } from 'zustand';
import { z } from 'zod';
import { keepLocally } from './keepLocally.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

const preferences = z.object({
  theme: z.enum(themes).catch('system'),
  language: z.enum(languages).optional().catch(undefined),
});

// Owner of this key: this file. It dies with the browser profile; the platform keeps no copy.
const KEY = 'nexus.preferences';

function read(): z.infer<typeof preferences> {
  try {
    return preferences.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return { theme: 'system' };
  }
}

/** The language of this machine, as far as Nexus speaks it. */
export function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en';
}

/** How this window looks and speaks; kept in this browser only. */
export const usePreferences = create(read);

/** Changes and keeps a preference. */
export function setPreference(change: Partial<z.infer<typeof preferences>>): void {
  usePreferences.setState(change);
  keepLocally(KEY, usePreferences.getState());
}
