import { type AriaLabelConfig } from '@xyflow/react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** What a screen reader says of React Flow's own parts, in the language of the window. */
export function useSpokenCanvas(): Partial<AriaLabelConfig> {
  const { t } = useTranslation('editor');
  return useMemo(
    () => ({
      'node.a11yDescription.default': t('canvas.spoken.node'),
      'node.a11yDescription.keyboardDisabled': t('canvas.spoken.node'),
      'node.a11yDescription.ariaLiveMessage': ({ x, y }) =>
        t('canvas.spoken.moved', { x: Math.round(x), y: Math.round(y) }),
      'edge.a11yDescription.default': t('canvas.spoken.edge'),
      'minimap.ariaLabel': t('canvas.minimap'),
      'handle.ariaLabel': t('canvas.spoken.port'),
    }),
    [t],
  );
}
