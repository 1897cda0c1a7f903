import { cleanup, render, screen } from '@testing-library/react';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { GraphPicture } from './GraphPicture.tsx';
import type { GraphStep } from './layoutGraph.ts';

afterEach(cleanup);

const steps = fc
  .array(fc.tuple(fc.constantFrom('shell', 'http', 'ssh', 'own.kind'), fc.array(fc.nat(9))), {
    maxLength: 10,
  })
  .map((rows): GraphStep[] =>
    rows.map(([uses, needs], at) => ({
      id: `s${at}`,
      uses,
      needs: at === 0 ? [] : [...new Set(needs.map((pick) => `s${pick % at}`))],
    })),
  );

describe('the picture of a graph', () => {
  it('has a box for every step and a line for every need, all inside of the frame', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { container } = render(<GraphPicture steps={all} label="Picture" />);
        const svg = screen.getByRole('img', { name: 'Picture' });
        const [left = 0, top = 0, width = 0, height = 0] = (svg.getAttribute('viewBox') ?? '')
          .split(' ')
          .map(Number);
        expect([width, height].every((size) => Number.isFinite(size) && size > 0)).toBe(true);
        const groups = [...container.querySelectorAll('g')];
        expect(groups).toHaveLength(all.length);
        for (const group of groups) {
          const box = group.querySelector('rect');
          const at = (name: string) => Number(box?.getAttribute(name));
          expect(at('x')).toBeGreaterThanOrEqual(left);
          expect(at('y')).toBeGreaterThanOrEqual(top);
          expect(at('x') + at('width')).toBeLessThanOrEqual(left + width);
          expect(at('y') + at('height')).toBeLessThanOrEqual(top + height);
        }
        expect(container.querySelectorAll('path')).toHaveLength(
          all.reduce((sum, step) => sum + step.needs.length, 0),
        );
        cleanup();
      }),
      { numRuns: 60 },
    );
  });

  it('a line to a step that is not there is not drawn, and nothing at all is an empty frame', () => {
    const lost = [{ id: 'a', uses: 'shell', needs: ['gone'] }];
    const { container } = render(<GraphPicture steps={lost} label="x" />);
    expect(container.querySelectorAll('path')).toHaveLength(0);
    cleanup();
    render(<GraphPicture steps={[]} label="none" />);
    expect(screen.getByRole('img', { name: 'none' }).getAttribute('viewBox')).not.toContain('NaN');
  });

  it('each box tells its step and kind on hover; a kind of a plugin has a colour too', () => {
    const all = [
      { id: 'a', uses: 'ssh', needs: [] },
      { id: 'b', uses: 'own.kind', needs: ['a'] },
    ];
    const { container } = render(<GraphPicture steps={all} label="x" />);
    expect([...container.querySelectorAll('title')].map((one) => one.textContent)).toEqual([
      'a (ssh)',
      'b (own.kind)',
    ]);
    for (const group of container.querySelectorAll('g'))
      expect(group.querySelectorAll('rect')[1]?.getAttribute('fill')).toMatch(/^var\(--/);
  });
});
