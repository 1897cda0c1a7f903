import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { workflow as workflowSchema } from '#contract/workflow.ts';
import type { Template } from '#contract/workflows.ts';
import { NexusError } from '#main/base/errors.ts';

/** One entry of `index.json`: the order in the gallery is the order in the file. */
const entry = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  /** A part of Nexus that this template needs and that may not be there. */
  needs_part: z.string().optional(),
});

/** The workflows that ship with Nexus as a beginning for one's own. */
export interface Templates {
  /** In the order of the gallery. Read from disk once. */
  list(): Promise<Template[]>;
  /** @throws NexusError `template.not_found` */
  get(id: string): Promise<Template>;
}

/** @param folder holds `index.json` and one YAML file per template. */
export function createTemplates(folder: string): Templates {
  let loaded: Promise<Template[]> | undefined;
  const list = () => {
    loaded ??= load(folder).catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  return {
    list,
    async get(id) {
      const found = (await list()).find((template) => template.id === id);
      if (found) return found;
      throw new NexusError({
        code: 'template.not_found',
        message: `There is no template “${id}”.`,
        hint: 'The templates page lists them all.',
      });
    },
  };
}

async function load(folder: string): Promise<Template[]> {
  const index = z
    .array(entry)
    .parse(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')));
  return Promise.all(
    index.map(async ({ id, title, needs_part }) => {
      const source = await readFile(join(folder, `${id}.yaml`), 'utf8');
      const { description = '', tags = [], steps } = workflowSchema.parse(parse(source));
      return {
        id,
        title,
        description,
        tags,
        ...(needs_part === undefined ? {} : { needs_part }),
        source,
        steps: steps.map((step, i) => ({
          id: step.id,
          uses: step.uses,
          needs: step.needs === undefined ? before(steps, i) : [step.needs].flat(),
        })),
      };
    }),
  );
}

/** A step without `needs` follows the one before it. */
function before(steps: { id: string }[], index: number): string[] {
  return index === 0 ? [] : [steps[index - 1]!.id];
}
