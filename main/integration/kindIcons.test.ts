import { expect, test } from 'vitest';
import { allKinds } from '#main/composition/kinds.ts';
import { kindIcons } from '#renderer/features/editor/canvas/KindIcon.ts';

test('every kind of step has an icon of its own on the canvas', () => {
  // Bug caught: a new kind names an icon that the bundle does not carry, and is drawn as a box.
  const drawn = allKinds().map(({ kind, icon }) => ({
    kind,
    drawn: Object.hasOwn(kindIcons, icon),
  }));
  expect(drawn.filter((one) => !one.drawn)).toEqual([]);
});
