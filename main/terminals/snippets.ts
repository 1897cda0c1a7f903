import type { Snippet } from '#contract/terminals.ts';
import type { Database, Statement } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { newId } from '#main/base/ids.ts';
import { titleText } from './titleText.ts';

/** All but the line feed and the tabulator. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** So many are kept at most. */
const MAX_SNIPPETS = 500;

interface Row {
  id: string;
  name: string;
  text: string;
  run: number;
}

/** Lines that people type again and again. */
export class Snippets {
  readonly #redact: (text: string) => string;
  readonly #all: Statement;
  readonly #put: Statement;
  readonly #drop: Statement;
  readonly #get: Statement;

  /** @param redact changes a text that holds a known secret */
  constructor(db: Database, redact: (text: string) => string) {
    this.#redact = redact;
    this.#all = db.prepare('SELECT * FROM terminal_snippets ORDER BY name COLLATE NOCASE, id');
    this.#get = db.prepare('SELECT 1 FROM terminal_snippets WHERE id = ?');
    this.#put = db.prepare(
      'INSERT INTO terminal_snippets (id, name, text, run) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, text = excluded.text, run = excluded.run',
    );
    this.#drop = db.prepare('DELETE FROM terminal_snippets WHERE id = ?');
  }

  list(): Snippet[] {
    return (this.#all.all() as Row[]).map((row) => ({ ...row, run: row.run === 1 }));
  }

  /**
   * Control characters are left out: whoever inserts what another one has saved sees none of them.
   * @throws NexusError `snippet.invalid`, `snippet.not_found`, `snippet.secret`, `snippet.too_many`
   */
  save(input: Omit<Snippet, 'id'> & { id?: string | undefined }): Snippet {
    const { run } = input;
    const name = titleText(input.name);
    const text = input.text.replace(/\r\n?/g, '\n').replace(CONTROLS, '');
    if (name === '' || text === '')
      throw new NexusError({
        code: 'snippet.invalid',
        message: 'This snippet holds nothing that can be shown.',
        hint: 'Give it a name and a command. Control characters are left out.',
      });
    if (this.#redact(text) !== text || this.#redact(name) !== name)
      throw new NexusError({
        code: 'snippet.secret',
        message: 'This snippet holds the value of a secret, and snippets are kept in plain text.',
        hint: 'Leave the secret out, and let the command read it from where it is kept.',
      });
    if (input.id !== undefined && this.#get.get(input.id) === undefined)
      throw new NexusError({
        code: 'snippet.not_found',
        message: `There is no snippet ${input.id}.`,
        hint: 'List the snippets; someone may have removed it.',
      });
    if (input.id === undefined && this.list().length >= MAX_SNIPPETS)
      throw new NexusError({
        code: 'snippet.too_many',
        message: `There are ${MAX_SNIPPETS} snippets already.`,
        hint: 'Remove some that are no longer used.',
      });
    const id = input.id ?? newId('snip');
    this.#put.run(id, name, text, run ? 1 : 0);
    return { id, name, text, run };
  }

  /** Answers whether it was there. */
  remove(id: string): boolean {
    return this.#drop.run(id).changes > 0;
  }
}
