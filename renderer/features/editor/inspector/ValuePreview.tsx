import { CornerDownRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { usePreview } from './useNames.ts';

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

/** Below a field with an expression: what it comes to with the last run's values. */
export function ValuePreview(props: { text: string; step: string | undefined; bare?: boolean }) {
  const { t } = useTranslation('editor');
  const relevant = props.bare === true ? props.text.trim() !== '' : props.text.includes('${{');
  const { data } = usePreview(relevant ? props.text : '', props.step, props.bare ?? false);
  if (!relevant || !data) return null;
  const failed = data.error !== undefined;
  if (!failed && data.value === undefined) return null;
  return (
    <p
      data-testid="value-preview"
      title={t('preview.title')}
      className={`mt-1 flex items-start gap-1 font-mono text-2xs break-all ${failed ? 'text-warn' : 'text-muted'}`}
    >
      <CornerDownRight className="mt-0.5 size-3 shrink-0" aria-hidden />
      <span>{failed ? data.error : short(data.value)}</span>
    </p>
  );
}
