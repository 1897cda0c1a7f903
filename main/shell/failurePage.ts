/** What is shown when the platform could not be opened. */
export interface Failure {
  code: string;
  message: string;
  hint?: string | undefined;
}

/** The failure page's path on our origin. */
export const failurePath = '/platform-failure';

/** The page's own words: here, since the renderer's catalogues may be what is damaged. */
interface Words {
  title: string;
  calm: string;
  hint: string;
  code: string;
  folder: string;
  message: string;
  /** What happened and what to do, by the error's code. */
  failures: Record<string, { message: string; hint: string }>;
}

const english: Words = {
  title: 'Nexus could not start',
  calm: 'Your workflows and their history have not been changed. Nothing runs until this is solved.',
  hint: 'Read the log file in the folder below, then start Nexus again.',
  code: 'Code',
  folder: 'Folder',
  message: 'Message',
  failures: {},
};

const german: Words = {
  title: 'Nexus konnte nicht starten',
  calm: 'Ihre Workflows und deren Verlauf sind unverändert. Bis das gelöst ist, läuft nichts.',
  hint: 'Lesen Sie die Protokolldatei im Ordner unten, und starten Sie Nexus dann neu.',
  code: 'Code',
  folder: 'Ordner',
  message: 'Meldung',
  failures: {
    'database.corrupt': {
      message: 'Die Datenbank ist beschädigt und nicht lesbar.',
      hint: 'Legen Sie sie beiseite und eine Kopie aus dem Ordner backups an ihre Stelle, oder retten Sie, was lesbar ist, mit: sqlite3 nexus.db .recover',
    },
    'database.read_only': {
      message: 'Nexus kann seine Datenbank nicht schreiben.',
      hint: 'Machen Sie den Ordner für diesen Benutzer beschreibbar, oder wählen Sie mit --home oder NEXUS_HOME einen anderen.',
    },
    'database.unavailable': {
      message: 'Die Datenbank kann nicht benutzt werden.',
      hint: 'Sehen Sie nach dem Ordner unten, oder wählen Sie mit --home oder NEXUS_HOME einen anderen.',
    },
    'database.full': {
      message: 'Der Datenträger ist voll.',
      hint: 'Schaffen Sie Platz und starten Sie Nexus neu. Nichts, was geschrieben war, ist verloren.',
    },
    'database.newer': {
      message: 'Diese Datenbank hat ein neueres Nexus geschrieben.',
      hint: 'Installieren Sie das neuere Nexus, oder wählen Sie mit NEXUS_HOME einen anderen Ordner.',
    },
    'platform.running': {
      message: 'In diesem Ordner läuft schon ein Nexus.',
      hint: 'Benutzen Sie das laufende, beenden Sie es, oder wählen Sie mit --home einen anderen Ordner.',
    },
  },
};

/**
 * A page without any script that tells what failed, what it means and what to do. It does not
 * depend on the renderer's files, so that it can be shown when those are damaged too.
 *
 * @param locale the language of the system, e.g. `de-AT`; what is not known is said in English
 */
export function failurePage(failure: Failure, home: string, locale = 'en'): string {
  const isGerman = /^de\b/i.test(locale);
  const words = isGerman ? german : english;
  const known = words.failures[failure.code];
  const { message, hint = words.hint } = known ?? failure;
  // The English message names the file; it stays to be read and to be sent on.
  const said = known ? `<dt>${words.message}</dt><dd>${escape(failure.message)}</dd>` : '';
  return `<!doctype html>
<html lang="${isGerman ? 'de' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>${words.title}</title>
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
<h1>${words.title}</h1>
<p>${escape(message)}</p>
<p>${words.calm}</p>
<p class="hint">${escape(hint)}</p>
<dl>${said}<dt>${words.code}</dt><dd>${escape(failure.code)}</dd><dt>${words.folder}</dt><dd>${escape(home)}</dd></dl>
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
