import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copy, paste, readClipboard } from './clipboard.ts';
import {
  addStep,
  type Command,
  connect,
  deleteSteps,
  disconnect,
  moveSteps,
  setStep,
} from './commands.ts';
import { newHistory, record, redo, undo } from './history.ts';
import { addNote } from './noteCommands.ts';
import { EditRefused } from './Plan.ts';
import { renameStep } from './renameStep.ts';
import { readSource } from './Source.ts';
import { commentsOf, edges, graph, workflowText } from './testText.ts';

describe('any sequence of gestures', () => {
  const pick = fc.nat({ max: 40 });
  const gesture = fc.oneof(
    fc.record({ do: fc.constant('after' as const), a: pick, b: pick }),
    fc.record({ do: fc.constant('free' as const), a: pick, b: pick }),
    fc.record({ do: fc.constant('between' as const), a: pick, b: pick }),
    fc.record({ do: fc.constant('delete' as const), a: pick, b: pick }),
    fc.record({ do: fc.constant('connect' as const), a: pick, b: pick }),
    fc.record({ do: fc.constant('disconnect' as const), a: pick, b: pick }),
    fc.record({ do: fc.constant('rename' as const), a: pick, b: pick }),
    fc.record({ do: fc.constant('move' as const), a: pick, b: pick }),
    fc.record({ do: fc.constant('set' as const), a: pick, b: pick }),
    fc.record({ do: fc.constant('note' as const), a: pick, b: pick }),
    fc.record({ do: fc.constant('copy' as const), a: pick, b: pick }),
  );
  type Gesture = typeof gesture extends fc.Arbitrary<infer T> ? T : never;

  /** The command and what the connections must be afterwards. */
  function plan(
    text: string,
    { do: what, a, b }: Gesture,
    step: number,
  ): [Command, Set<string>] | undefined {
    const now = graph(text);
    const ids = now.steps.map((each) => each.id);
    const one = ids[a % ids.length];
    const two = ids[b % ids.length];
    const wires = new Set(edges(text));
    const edge = now.edges.filter((each) => each.kind === 'needs')[a % Math.max(wires.size, 1)];
    if (what === 'free' || one === undefined || two === undefined) {
      return [addStep({ uses: 'shell', id: `n${step}` }, { list: 'steps' }), wires];
    }
    switch (what) {
      case 'after':
        return [
          addStep({ uses: 'wait', id: `n${step}` }, { after: one }),
          wires.add(`${one}>n${step}`),
        ];
      case 'between': {
        if (!edge) return undefined;
        wires.delete(edge.id);
        const id = `n${step}`;
        return [
          addStep({ uses: 'http', id }, { between: [edge.source, edge.target] }),
          wires.add(`${edge.source}>${id}`).add(`${id}>${edge.target}`),
        ];
      }
      case 'delete': {
        const before = now.steps.find((each) => each.id === one)?.after ?? [];
        const next = new Set(
          [...wires].filter((wire) => !wire.startsWith(`${one}>`) && !wire.endsWith(`>${one}`)),
        );
        for (const other of now.steps) {
          if (other.after.includes(one)) for (const id of before) next.add(`${id}>${other.id}`);
        }
        return [deleteSteps([one]), next];
      }
      case 'connect':
        return [connect(one, two), wires.add(`${one}>${two}`)];
      case 'disconnect':
        if (!edge) return undefined;
        wires.delete(edge.id);
        return [disconnect(edge.source, edge.target), wires];
      case 'rename':
        return [
          renameStep(one, `r${step}`),
          new Set(
            [...wires].map((wire) =>
              wire
                .split('>')
                .map((id) => (id === one ? `r${step}` : id))
                .join('>'),
            ),
          ),
        ];
      case 'move':
        return [moveSteps({ [one]: [a, b] }), wires];
      case 'set':
        return [
          setStep(one, ['with', 'script'], `echo ${a}\necho \${{ steps.${two}.outputs.x }}\n`),
          wires,
        ];
      case 'note':
        return [addNote({ text: `note ${a}`, x: a, y: b }), wires];
      default: {
        const content = readClipboard(copy(readSource(text), [one], []));
        if (!content) throw new Error('the clipboard cannot be read');
        const before = now.steps.find((each) => each.id === one)?.after ?? [];
        const made = paste(content)(readSource(text)).select?.[0] ?? '';
        for (const id of before) wires.add(`${id}>${made}`);
        return [paste(content), wires];
      }
    }
  }

  it('keeps the text parseable, draws the graph that was asked for, keeps comments, and undoes to the byte', () => {
    fc.assert(
      fc.property(
        workflowText,
        fc.array(gesture, { minLength: 1, maxLength: 12 }),
        (text, gestures) => {
          let history = newHistory(text);
          const states = [text];
          gestures.forEach((each, step) => {
            const next = plan(history.text, each, step);
            if (!next) return;
            const [command, wires] = next;
            let changes: ReturnType<Command>['changes'];
            try {
              changes = command(readSource(history.text)).changes;
            } catch (error) {
              if (error instanceof EditRefused && each.do === 'connect') return;
              throw error;
            }
            history = record(history, changes, step * 10_000);
            expect(edges(history.text)).toEqual([...wires].sort());
            if (history.text !== states.at(-1)) states.push(history.text);
            const lost = commentsOf(text).filter((comment) =>
              /# (top|n|end|out|about .*)$/.test(comment),
            );
            expect(commentsOf(history.text)).toEqual(expect.arrayContaining(lost));
          });
          for (const state of states.toReversed()) {
            expect(history.text).toBe(state);
            history = undo(history);
          }
          expect(history.text).toBe(text);
          for (const state of states) {
            expect(history.text).toBe(state);
            history = redo(history);
          }
        },
      ),
      { numRuns: 300 },
    );
  }, 120_000);
});
