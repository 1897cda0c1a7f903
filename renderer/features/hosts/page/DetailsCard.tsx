import { useTranslation } from 'react-i18next';
import type { Host } from '#contract/hosts.ts';
import { Card } from '#renderer/ui/Card.tsx';
import { CopyId } from '#renderer/ui/CopyId.tsx';
import { addressOf } from '../address.ts';
import { Labels } from '../list/Labels.tsx';
import { FactList } from '#renderer/ui/FactList.tsx';

/** How a host is entered in the inventory. */
export function DetailsCard({ host }: { host: Host }) {
  const { t } = useTranslation('hosts');
  const mono = (text: string) => <span className="font-mono text-xs break-all">{text}</span>;
  const labels = (list: readonly string[], mark: string) =>
    list.length > 0 && (
      <span className="flex flex-wrap gap-1">
        <Labels labels={list} mark={mark} />
      </span>
    );
  const { options } = host;
  return (
    <Card title={t('details.title')}>
      <FactList
        facts={[
          [t('form.address'), <CopyId key="address" id={addressOf(host)} full />],
          [t('form.jump'), host.jump.length > 0 ? mono(host.jump.join(' → ')) : undefined],
          [
            t('form.identity'),
            host.identity.length > 0 ? mono(host.identity.join(', ')) : undefined,
          ],
          [
            t('details.certificates'),
            options.certificates?.length ? mono(options.certificates.join(', ')) : undefined,
          ],
          [t('form.passwordSecret'), options.password_secret && mono(options.password_secret)],
          [
            t('form.passphraseSecret'),
            options.passphrase_secret && mono(options.passphrase_secret),
          ],
          [t('form.client'), options.client && t(`form.clients.${options.client}`)],
          [t('form.forwardAgent'), options.forward_agent ? t('details.on') : undefined],
          [t('form.proxyCommand'), options.proxy_command && mono(options.proxy_command)],
          [t('form.groups'), labels(host.groups, '@') || undefined],
          [t('form.tags'), labels(host.tags, '#') || undefined],
          [t('details.newKeys'), t(options.accept_new ? 'details.accepted' : 'details.asked')],
          [t('details.source'), t(`details.${host.source}`)],
          [
            t('form.notes'),
            host.notes && <span className="whitespace-pre-wrap">{host.notes}</span>,
          ],
        ]}
      />
    </Card>
  );
}
