/** What is shown when the platform could not be opened. */
export interface Failure {
  code: string;
  message: string;
  hint?: string | undefined;
}

/** The failure page's path on our origin. */
export const failurePath = '/platform-failure';

/**
 * A page without any script that tells what failed, what it means and what to do. It does not
 * depend on the renderer's files, so that it can be shown when those are damaged too.
 */
export function failurePage(failure: Failure, home: string): string {
  const hint = failure.hint ?? 'Read the log file in the folder below, then start Nexus again.';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Nexus could not start</title>
<style>
  :root { color-scheme: light dark; font: 14px/1.5 Inter, system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center;
    background: light-dark(#f6f7f9, #0e1216); color: light-dark(#16202a, #e6ebf0); }
  main { max-width: 36rem; margin: 2rem; padding: 2rem; border-radius: 10px;
    background: light-dark(#fff, #161c22); border: 1px solid light-dark(#dde2e8, #27303a); }
  h1 { margin: 0 0 1rem; font-size: 1.25rem; }
  dl { margin: 1.5rem 0 0; display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
  dt { color: light-dark(#5a6875, #93a1af); }
  dd { margin: 0; overflow-wrap: anywhere; font-family: 'JetBrains Mono', ui-monospace, monospace;
    font-size: 13px; }
  .hint { margin: 0; padding: .75rem 1rem; border-radius: 6px;
    border-left: 3px solid light-dark(#0d8f86, #2dd4c4); background: light-dark(#eef8f7, #12302f); }
</style>
</head>
<body>
<main role="alert">
<h1>Nexus could not start</h1>
<p>${escape(failure.message)}</p>
<p>Your workflows and their history have not been changed. Nothing runs until this is solved.</p>
<p class="hint">${escape(hint)}</p>
<dl><dt>Code</dt><dd>${escape(failure.code)}</dd><dt>Folder</dt><dd>${escape(home)}</dd></dl>
</main>
</body>
</html>`;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
