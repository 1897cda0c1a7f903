import { useTranslation } from 'react-i18next';

/** The box that takes a host into the selection. */
export function SelectHost(props: { name: string; selected: boolean; onToggle: () => void }) {
  const { t } = useTranslation('hosts');
  return (
    <input
      type="checkbox"
      aria-label={t('select', { name: props.name })}
      checked={props.selected}
      onClick={(event) => event.stopPropagation()}
      onChange={props.onToggle}
      className="size-4 accent-accent"
    />
  );
}
