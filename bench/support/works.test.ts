import { describe, expect, it } from 'vitest';
import { builtinKinds } from '#main/workflows/kinds/index.ts';
import { createKindRegistry } from '#main/workflows/kinds/registry.ts';
import { parseWorkflow } from '#main/workflows/language/index.ts';
import { measureBareJournal } from './bareJournal.ts';
import { tenStepWorkflow, webhookWorkflow } from './nexus.ts';
import { installed, sshOptions, timed } from './openssh.ts';
import { n8nTen, nodeRedFlows } from './peers.ts';

describe('the work that every product does', () => {
  it.each([
    ['a webhook that answers', webhookWorkflow, ['transform', 'respond']],
    ['ten steps', tenStepWorkflow, Array(10).fill('transform')],
  ])('%s is a workflow without a problem', (_, source, uses) => {
    const kinds = createKindRegistry(builtinKinds);
    const { compiled, problems } = parseWorkflow(source, { kinds });
    expect(problems).toEqual([]);
    expect(compiled!.definition.steps.map((step) => step.uses)).toEqual(uses);
  });

  it('is ten steps elsewhere too, each wired to the next', () => {
    // Bug caught: a wire that leads nowhere, and a peer that looks fast because it does nothing.
    const { nodes, connections } = n8nTen();
    expect(nodes.filter(({ type }) => type.endsWith('.set'))).toHaveLength(10);
    let at = nodes[0]!.name;
    for (let n = 1; n < nodes.length; n += 1) at = connections[at]!.main[0]![0]!.node;
    expect(at).toBe(nodes.at(-1)!.name);

    const flows = nodeRedFlows() as {
      id: string;
      type: string;
      url?: string;
      wires?: string[][];
    }[];
    const passed = (from: string): string[] => {
      const node = flows.find(({ id }) => id === from)!;
      const next = node.wires?.[0]?.[0];
      return [node.type, ...(next === undefined ? [] : passed(next))];
    };
    const ten = flows.find(({ url }) => url === '/ten')!;
    expect(passed(ten.id)).toEqual(['http in', ...Array(10).fill('change'), 'http response']);
    const hello = flows.find(({ url }) => url === '/hello')!;
    expect(passed(hello.id)).toEqual(['http in', 'change', 'http response']);
  });

  it('is written to a journal that is there afterwards no more', () => {
    expect(measureBareJournal(20, 10)).toBeGreaterThan(0);
  });
});

describe('OpenSSH beside it', () => {
  it('is told to ask nothing, to know nobody, and to use the one key', () => {
    const sshd = { port: 2222, user: 'ada', key: '/key' } as Parameters<typeof sshOptions>[0];
    const words = sshOptions(sshd);
    expect(words.slice(0, 6)).toEqual(['-F', 'none', '-p', '2222', '-i', '/key']);
    for (const option of ['User=ada', 'BatchMode=yes', 'IdentitiesOnly=yes', 'IdentityAgent=none'])
      expect(words[words.indexOf(option) - 1], option).toBe('-o');
    expect(sshOptions(sshd, 'P').slice(2, 4)).toEqual(['-P', '2222']);
  });

  it('that fails is an error with its reason, and no figure', async () => {
    await installed('sh', ['-c', 'test "$A" = b'], { A: 'b' });
    await expect(installed('sh', ['-c', 'echo why >&2; exit 4'])).rejects.toThrow(
      'sh ended with 4: why',
    );
    await expect(installed('/nonexistent/program', [])).rejects.toThrow('ENOENT');
    expect(await timed(async () => undefined)).toBeGreaterThanOrEqual(0);
  });
});
