import { usePreferences } from './preferences.ts';

const dark = () => window.matchMedia('(prefers-color-scheme: dark)');

function apply(): void {
  const { theme } = usePreferences.getState();
  const wanted = theme === 'system' ? (dark().matches ? 'dark' : 'light') : theme;
  if (document.documentElement.dataset.theme === wanted) return;
  document.documentElement.dataset.theme = wanted;
  // Canvas drawings (charts, the workflow canvas) read colours once and listen for this.
  window.dispatchEvent(new Event('nexus:theme'));
}

/** Keeps `data-theme` on the root in step with the preference and with the system. */
export function followTheme(): void {
  apply();
  usePreferences.subscribe(apply);
  dark().addEventListener('change', apply);
}
